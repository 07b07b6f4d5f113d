"""The operators that ONNX defines, with the attributes and the number of inputs of each version.

python onnx_operators.py ../../main/resources/io/gatun/graph/onnx/operators.txt   (needs onnx)

A line: operator, first opset, greatest number of inputs (* for any), attributes, those that must be
there with an exclamation mark. Versions that
differ in neither from the one before are left out.
"""

import sys

import onnx
import onnx.defs


def limit(count):
    return "*" if count >= 2**31 - 1 else str(count)


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
            declared = [limit(schema.max_input), *names]
            if declared != before:
                lines.append(" ".join([name, str(schema.since_version), *declared]))
            before = declared
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


main(sys.argv[1])
