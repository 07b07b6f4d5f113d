// Before a file of ready-made kernels: only its templates, for a kernel of the compiler's own that
// calls one.
#define TEMPLATES_ONLY
