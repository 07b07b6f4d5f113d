; b0 = f32[20]
; b1 = f32[20]
; b2 = f32[20] written
; for i0<20
; stage
;   e0:f32 = b0[i0]
;   e1:f32 = b1[i0]
;   e2:f32 = add e0 e1
;   e3:f32 = 0.0
;   e4:bool = le e2 e3
;   e5:f32 = select e4 e3 e2
;   b2[i0] = e5
; LoweredLoop[name=map, units=1, grain=438, scratchBytes=0]

declare <8 x float> @llvm.masked.load.v8f32.p0(ptr, i32, <8 x i1>, <8 x float>)
declare void @llvm.masked.store.v8f32.p0(<8 x float>, ptr, i32, <8 x i1>)

define internal void @map.plain(ptr noalias %b0, ptr noalias %b1, ptr noalias %b2, ptr noalias %scratch, i64 %begin, i64 %end) noinline nounwind "prefer-vector-width"="512" {
entry:
  br label %body
body:
  %v0 = getelementptr float, ptr %b0, i64 0
  %v1 = load <8 x float>, ptr %v0, align 4
  %v2 = getelementptr float, ptr %b1, i64 0
  %v3 = load <8 x float>, ptr %v2, align 4
  %v4 = fadd contract <8 x float> %v1, %v3
  %v5 = fcmp ole <8 x float> %v4, splat (float 0x0000000000000000)
  %v6 = select <8 x i1> %v5, <8 x float> splat (float 0x0000000000000000), <8 x float> %v4
  %v7 = getelementptr float, ptr %b2, i64 0
  store <8 x float> %v6, ptr %v7, align 4
  %v8 = getelementptr float, ptr %v0, i64 8
  %v9 = load <8 x float>, ptr %v8, align 4
  %v10 = getelementptr float, ptr %v2, i64 8
  %v11 = load <8 x float>, ptr %v10, align 4
  %v12 = fadd contract <8 x float> %v9, %v11
  %v13 = fcmp ole <8 x float> %v12, splat (float 0x0000000000000000)
  %v14 = select <8 x i1> %v13, <8 x float> splat (float 0x0000000000000000), <8 x float> %v12
  %v15 = getelementptr float, ptr %v7, i64 8
  store <8 x float> %v14, ptr %v15, align 4
  %v16 = getelementptr float, ptr %v0, i64 16
  %v17 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %v16, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 false, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %v18 = getelementptr float, ptr %v2, i64 16
  %v19 = call <8 x float> @llvm.masked.load.v8f32.p0(ptr %v18, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 false, i1 false, i1 false, i1 false>, <8 x float> zeroinitializer)
  %v20 = fadd contract <8 x float> %v17, %v19
  %v21 = fcmp ole <8 x float> %v20, splat (float 0x0000000000000000)
  %v22 = select <8 x i1> %v21, <8 x float> splat (float 0x0000000000000000), <8 x float> %v20
  %v23 = getelementptr float, ptr %v7, i64 16
  call void @llvm.masked.store.v8f32.p0(<8 x float> %v22, ptr %v23, i32 4, <8 x i1> <i1 true, i1 true, i1 true, i1 true, i1 false, i1 false, i1 false, i1 false>)
  ret void
}

define void @map(ptr %table, ptr %scratch, i64 %begin, i64 %end) nounwind {
entry:
  %p0 = getelementptr ptr, ptr %table, i64 0
  %b0 = load ptr, ptr %p0
  %p1 = getelementptr ptr, ptr %table, i64 1
  %b1 = load ptr, ptr %p1
  %p2 = getelementptr ptr, ptr %table, i64 2
  %b2 = load ptr, ptr %p2
  call void @map.plain(ptr %b0, ptr %b1, ptr %b2, ptr %scratch, i64 %begin, i64 %end)
  ret void
}

!0 = !{i32 1}
!1 = !{!"llvm.loop.unroll.disable"}
!2 = !{!"llvm.loop.vectorize.enable", i1 false}
!3 = distinct !{!3, !1, !2}
