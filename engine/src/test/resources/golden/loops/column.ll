; b0 = f32[100,11]
; b1 = f32[11] written
; for i1<11
; stage r0<100
;   e0:f32 = b0[11*r0 + i1]
;   f0 = sum e0
; finally
;   e1:f32 = f0
;   b1[i1] = e1
; LoweredLoop[name=column, units=2, grain=49, scratchBytes=0]

declare <8 x float> @llvm.masked.load.v8f32.p0(ptr, i32, <8 x i1>, <8 x float>)
declare i64 @llvm.smin.i64(i64, i64)
declare void @llvm.masked.store.v8f32.p0(<8 x float>, ptr, i32, <8 x i1>)

define internal void @column.plain(ptr noalias %b0, ptr noalias %b1, ptr noalias %scratch, i64 %begin, i64 %end) noinline nounwind "prefer-vector-width"="512" {
entry:
  %slot3 = alloca i64
  %slot7 = alloca <8 x float>
  %slot8 = alloca i64
  %slot28 = alloca <8 x float>
  %slot29 = alloca i64
  br label %body
body:
  %v0 = call i64 @llvm.smin.i64(i64 %end, i64 1)
  %v1 = mul i64 %begin, 8
  %v2 = mul i64 %v0, 8
  store i64 %v1, ptr %slot3
  %v24 = icmp slt i64 %v1, %v2
  br i1 %v24, label %loop4, label %exit5
loop4:
  %v6 = load i64, ptr %slot3
  store <8 x float> splat (float 0x0000000000000000), ptr %slot7
  store i64 0, ptr %slot8
  br label %loop9
loop9:
  %v11 = load i64, ptr %slot8
  %v12 = mul nsw i64 %v11, 11
  %v13 = add nsw i64 %v12, %v6
  %v14 = getelementptr float, ptr %b0, i64 %v13
  %v15 = load <8 x float>, ptr %v14, align 4
  %v16 = load <8 x float>, ptr %slot7
  %v17 = fadd contract <8 x float> %v15, %v16
  store <8 x float> %v17, ptr %slot7
  %v18 = add nuw nsw i64 %v11, 1
  store i64 %v18, ptr %slot8
  %v19 = icmp slt i64 %v18, 100
  br i1 %v19, label %loop9, label %exit10, !llvm.loop !3
exit10:
  %v20 = load <8 x float>, ptr %slot7
  %v21 = getelementptr float, ptr %b1, i64 %v6
  store <8 x float> %v20, ptr %v21, align 4
  %v22 = add nuw nsw i64 %v6, 8
  store i64 %v22, ptr %slot3
  %v23 = icmp slt i64 %v22, %v2
  br i1 %v23, label %loop4, label %exit5, !llvm.loop !3
exit5:
  %v25 = icmp sgt i64 %end, 1
  br i1 %v25, label %then26, label %exit27
then26:
  store <8 x float> splat (float 0x0000000000000000), ptr %slot28
  store i64 0, ptr %slot29
  br label %loop30
loop30:
  %v32 = load i64, ptr %slot29
  %v33 = mul nsw i64 %v32, 11
  %v34 = add nsw i64 %v33, 8
  %v35 = getelementptr float, ptr %b0, i64 %v34
  %v36 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %v35, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %v37 = load <8 x float>, ptr %slot28
  %v38 = fadd contract <8 x float> %v36, %v37
  store <8 x float> %v38, ptr %slot28
  %v39 = add nuw nsw i64 %v32, 1
  store i64 %v39, ptr %slot29
  %v40 = icmp slt i64 %v39, 100
  br i1 %v40, label %loop30, label %exit31, !llvm.loop !3
exit31:
  %v41 = load <8 x float>, ptr %slot28
  %v42 = getelementptr float, ptr %b1, i64 8
  call void @llvm.masked.store.v8f32.p0(<8 x float> %v41, ptr %v42, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 false, i1 false, i1 false, i1 false, i1 false>)
  br label %exit27
exit27:
  ret void
}

define void @column(ptr %table, ptr %scratch, i64 %begin, i64 %end) nounwind {
entry:
  %p0 = getelementptr ptr, ptr %table, i64 0
  %b0 = load ptr, ptr %p0
  %p1 = getelementptr ptr, ptr %table, i64 1
  %b1 = load ptr, ptr %p1
  call void @column.plain(ptr %b0, ptr %b1, ptr %scratch, i64 %begin, i64 %end)
  ret void
}

!0 = !{i32 1}
!1 = !{!"llvm.loop.unroll.disable"}
!2 = !{!"llvm.loop.vectorize.enable", i1 false}
!3 = distinct !{!3, !1, !2}
