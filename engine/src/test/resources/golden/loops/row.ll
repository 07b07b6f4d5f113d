; b0 = f32[3,21]
; b1 = f32[3] written
; for i0<3
; stage r1<21
;   e0:f32 = b0[21*i0 + r1]
;   f0 = max e0
; finally
;   e1:f32 = f0
;   b1[i0] = e1
; LoweredLoop[name=row, units=3, grain=1862, scratchBytes=0]

declare <8 x float> @llvm.masked.load.v8f32.p0(ptr, i32, <8 x i1>, <8 x float>)

define internal void @row.plain(ptr noalias %b0, ptr noalias %b1, ptr noalias %scratch, i64 %begin, i64 %end) noinline nounwind "prefer-vector-width"="512" {
entry:
  %slot0 = alloca i64
  %slot4 = alloca <8 x float>
  %slot5 = alloca <8 x float>
  %slot6 = alloca <8 x float>
  br label %body
body:
  store i64 %begin, ptr %slot0
  %v63 = icmp slt i64 %begin, %end
  br i1 %v63, label %loop1, label %exit2
loop1:
  %v3 = load i64, ptr %slot0
  store <8 x float> splat (float 0xFFF0000000000000), ptr %slot4
  store <8 x float> splat (float 0xFFF0000000000000), ptr %slot5
  store <8 x float> splat (float 0xFFF0000000000000), ptr %slot6
  %v7 = mul nsw i64 %v3, 21
  %v8 = add nsw i64 0, %v7
  %v9 = getelementptr float, ptr %b0, i64 %v8
  %v10 = load <8 x float>, ptr %v9, align 4
  %v11 = load <8 x float>, ptr %slot4
  %v12 = fcmp ogt <8 x float> %v10, %v11
  %v13 = select <8 x i1> %v12, <8 x float> %v10, <8 x float> %v11
  %v14 = fcmp uno <8 x float> %v10, %v10
  %v15 = select <8 x i1> %v14, <8 x float> %v10, <8 x float> %v13
  store <8 x float> %v15, ptr %slot4
  %v16 = getelementptr float, ptr %v9, i64 8
  %v17 = load <8 x float>, ptr %v16, align 4
  %v18 = load <8 x float>, ptr %slot5
  %v19 = fcmp ogt <8 x float> %v17, %v18
  %v20 = select <8 x i1> %v19, <8 x float> %v17, <8 x float> %v18
  %v21 = fcmp uno <8 x float> %v17, %v17
  %v22 = select <8 x i1> %v21, <8 x float> %v17, <8 x float> %v20
  store <8 x float> %v22, ptr %slot5
  %v23 = getelementptr float, ptr %v9, i64 16
  %v24 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %v23, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %v25 = load <8 x float>, ptr %slot6
  %v26 = fcmp ogt <8 x float> %v24, %v25
  %v27 = select <8 x i1> %v26, <8 x float> %v24, <8 x float> %v25
  %v28 = fcmp uno <8 x float> %v24, %v24
  %v29 = select <8 x i1> %v28, <8 x float> %v24, <8 x float> %v27
  %v30 = select <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 true, i1 false, i1 false, i1 false>, <8 x float> %v29, <8 x float> %v25
  store <8 x float> %v30, ptr %slot6
  %v31 = load <8 x float>, ptr %slot4
  %v32 = load <8 x float>, ptr %slot5
  %v33 = load <8 x float>, ptr %slot6
  %v34 = fcmp ogt <8 x float> %v31, %v32
  %v35 = select <8 x i1> %v34, <8 x float> %v31, <8 x float> %v32
  %v36 = fcmp uno <8 x float> %v31, %v31
  %v37 = select <8 x i1> %v36, <8 x float> %v31, <8 x float> %v35
  %v38 = fcmp ogt <8 x float> %v37, %v33
  %v39 = select <8 x i1> %v38, <8 x float> %v37, <8 x float> %v33
  %v40 = fcmp uno <8 x float> %v37, %v37
  %v41 = select <8 x i1> %v40, <8 x float> %v37, <8 x float> %v39
  %v42 = shufflevector <8 x float> %v41, <8 x float> poison, <4 x i32> <i32 0, i32 1, i32 2, i32 3>
  %v43 = shufflevector <8 x float> %v41, <8 x float> poison, <4 x i32> <i32 4, i32 5, i32 6, i32 7>
  %v44 = fcmp ogt <4 x float> %v42, %v43
  %v45 = select <4 x i1> %v44, <4 x float> %v42, <4 x float> %v43
  %v46 = fcmp uno <4 x float> %v42, %v42
  %v47 = select <4 x i1> %v46, <4 x float> %v42, <4 x float> %v45
  %v48 = shufflevector <4 x float> %v47, <4 x float> poison, <2 x i32> <i32 0, i32 1>
  %v49 = shufflevector <4 x float> %v47, <4 x float> poison, <2 x i32> <i32 2, i32 3>
  %v50 = fcmp ogt <2 x float> %v48, %v49
  %v51 = select <2 x i1> %v50, <2 x float> %v48, <2 x float> %v49
  %v52 = fcmp uno <2 x float> %v48, %v48
  %v53 = select <2 x i1> %v52, <2 x float> %v48, <2 x float> %v51
  %v54 = extractelement <2 x float> %v53, i64 0
  %v55 = extractelement <2 x float> %v53, i64 1
  %v56 = fcmp ogt float %v54, %v55
  %v57 = select i1 %v56, float %v54, float %v55
  %v58 = fcmp uno float %v54, %v54
  %v59 = select i1 %v58, float %v54, float %v57
  %v60 = getelementptr float, ptr %b1, i64 %v3
  store float %v59, ptr %v60
  %v61 = add nuw nsw i64 %v3, 1
  store i64 %v61, ptr %slot0
  %v62 = icmp slt i64 %v61, %end
  br i1 %v62, label %loop1, label %exit2, !llvm.loop !3
exit2:
  ret void
}

define void @row(ptr %table, ptr %scratch, i64 %begin, i64 %end) nounwind {
entry:
  %p0 = getelementptr ptr, ptr %table, i64 0
  %b0 = load ptr, ptr %p0
  %p1 = getelementptr ptr, ptr %table, i64 1
  %b1 = load ptr, ptr %p1
  call void @row.plain(ptr %b0, ptr %b1, ptr %scratch, i64 %begin, i64 %end)
  ret void
}

!0 = !{i32 1}
!1 = !{!"llvm.loop.unroll.disable"}
!2 = !{!"llvm.loop.vectorize.enable", i1 false}
!3 = distinct !{!3, !1, !2}
