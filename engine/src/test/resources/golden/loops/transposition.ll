; b0 = f32[40,24]
; b1 = f32[24,40] written
; for i0<24 i1<40
; stage
;   e0:f32 = b0[24*i1 + i0]
;   e1:f32 = neg e0
;   b1[40*i0 + i1] = e1
; LoweredLoop[name=transposition, units=120, grain=892, scratchBytes=0]

declare <8 x float> @llvm.masked.gather.v8f32.v8p0(<8 x ptr>, i32, <8 x i1>, <8 x float>)

define internal void @transposition.plain(ptr noalias %b0, ptr noalias %b1, ptr noalias %scratch, i64 %begin, i64 %end) noinline nounwind "prefer-vector-width"="512" {
entry:
  %slot0 = alloca i64
  %slot13 = alloca i64
  br label %body
body:
  store i64 %begin, ptr %slot0
  %v31 = icmp slt i64 %begin, %end
  br i1 %v31, label %loop1, label %exit2
loop1:
  %v3 = load i64, ptr %slot0
  %v4 = udiv i64 %v3, 24
  %v5 = urem i64 %v4, 5
  %v6 = udiv i64 %v4, 5
  %v7 = urem i64 %v3, 24
  %v8 = mul i64 %v6, 24
  %v9 = add i64 %v8, %v7
  %v10 = add i64 %v5, 1
  %v11 = mul i64 %v5, 8
  %v12 = mul i64 %v10, 8
  %v23 = mul nsw i64 %v9, 40
  store i64 %v11, ptr %slot13
  %v28 = icmp slt i64 %v11, %v12
  br i1 %v28, label %loop14, label %exit15
loop14:
  %v16 = load i64, ptr %slot13
  %v17 = mul nsw i64 %v16, 24
  %v18 = add nsw i64 %v17, %v9
  %v19 = getelementptr float, ptr %b0, i64 %v18
  %v20 = getelementptr float, ptr %v19, <8 x i32> <i32 0, i32 24, i32 48, i32 72, i32 96, i32 120, i32 144, i32 168>
  %v21 = call <8 x float> @llvm.masked.gather.v8f32.v8p0(<8 x ptr> %v20, i32 4, <8 x i1> splat (i1 true), <8 x float> zeroinitializer)
  %v22 = fneg <8 x float> %v21
  %v24 = add nsw i64 %v16, %v23
  %v25 = getelementptr float, ptr %b1, i64 %v24
  store <8 x float> %v22, ptr %v25, align 4
  %v26 = add nuw nsw i64 %v16, 8
  store i64 %v26, ptr %slot13
  %v27 = icmp slt i64 %v26, %v12
  br i1 %v27, label %loop14, label %exit15, !llvm.loop !3
exit15:
  %v29 = add nuw nsw i64 %v3, 1
  store i64 %v29, ptr %slot0
  %v30 = icmp slt i64 %v29, %end
  br i1 %v30, label %loop1, label %exit2, !llvm.loop !3
exit2:
  ret void
}

define void @transposition(ptr %table, ptr %scratch, i64 %begin, i64 %end) nounwind {
entry:
  %p0 = getelementptr ptr, ptr %table, i64 0
  %b0 = load ptr, ptr %p0
  %p1 = getelementptr ptr, ptr %table, i64 1
  %b1 = load ptr, ptr %p1
  call void @transposition.plain(ptr %b0, ptr %b1, ptr %scratch, i64 %begin, i64 %end)
  ret void
}

!0 = !{i32 1}
!1 = !{!"llvm.loop.unroll.disable"}
!2 = !{!"llvm.loop.vectorize.enable", i1 false}
!3 = distinct !{!3, !1, !2}
