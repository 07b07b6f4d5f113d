"""The operators that ONNX defines, with attributes, the number of inputs and the types of outputs.

python onnx_operators.py ../../main/resources/io/gatun/graph/onnx/operators.txt   (needs onnx)

A line: operator, first opset, greatest number of inputs (* for any), types of the outputs, attributes,
those that must be there with an exclamation mark. Versions that differ in none of these from the one
before are left out.

The types stand in one word, with commas between: the number of the input that has the same type, the
type's name where it is always that, or a question mark. The last holds for further outputs, too.
"""

import sys

import onnx
import onnx.defs


def limit(count):
    return "*" if count >= 2**31 - 1 else str(count)


def same(schema, output):
    if schema.name in ("Loop", "Scan"):
        return "?"
    for i, x in enumerate(schema.inputs):
        alike = x.option != onnx.defs.OpSchema.FormalParameterOption.Variadic or x.is_homogeneous
        if x.type_str == output.type_str and alike and output.is_homogeneous:
            return str(i)
    types = output.types
    kind = next(iter(types)) if len(types) == 1 else ""
    return kind[7:-1].upper() if kind.startswith("tensor(") else "?"


def main(path):
    versions = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        name = f"{schema.domain}:{schema.name}" if schema.domain else schema.name
        versions.setdefault(name, []).append(schema)
    lines = [f"# of onnx {onnx.__version__}, made by onnx_operators.py"]
    for name in sorted(versions):
        before = None
        for schema in sorted(versions[name], key=lambda s: s.since_version):
            names = [
                n + "!" * (a.required and n != "consumed_inputs")
                for n, a in sorted(schema.attributes.items())
            ]
            types = ",".join(same(schema, y) for y in schema.outputs) or "?"
            declared = [limit(schema.max_input), types, *names]
            if declared != before:
                lines.append(" ".join([name, str(schema.since_version), *declared]))
            before = declared
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


main(sys.argv[1])
