"""Writes and reads files as Keras does, with h5py alone.

keras_files.py write SPEC     writes the files that SPEC (JSON) describes
keras_files.py read FILE      prints the groups and datasets of an HDF5 file (JSON), each number as its bytes
"""

import io
import json
import sys
import zipfile

import h5py
import numpy as np


def write_keras3(file, spec):
    """As H5IOStore of keras/src/saving/saving_lib.py: a group 'vars' for every layer, and datasets named by their position."""
    file.create_group("vars")
    for path in spec.get("groups", []):
        # Newer versions keep the name of the layer.
        file.create_group(path).create_group("vars").attrs["name"] = path
    for variable in spec["variables"]:
        value = np.array(variable["values"], dtype=variable["dtype"]).reshape(variable["shape"])
        group, key = variable["path"].rsplit("/", 1)
        if variable.get("chunked"):
            file.require_group(group).create_dataset(key, data=value, chunks=True, compression="gzip")
        else:
            file.require_group(group)[key] = value


def save_attributes(group, name, values, limit):
    """As save_attributes_to_hdf5_group of keras/src/legacy/saving/legacy_h5_format.py, with a limit that a test can reach."""
    data = [value.encode("utf8") for value in values]
    array = np.asarray(data)
    parts = 1
    chunks = np.array_split(array, parts)
    while any(chunk.nbytes > limit for chunk in chunks):
        parts += 1
        chunks = np.array_split(array, parts)
    if parts > 1:
        for number, chunk in enumerate(chunks):
            group.attrs["%s%d" % (name, number)] = chunk
    else:
        group.attrs[name] = data


def write_legacy(file, spec):
    """As save_weights_to_hdf5_group of the same file."""
    root = file.create_group("model_weights") if spec.get("whole_model") else file
    limit = spec.get("attribute_limit", 64512)
    save_attributes(root, "layer_names", [layer["name"] for layer in spec["layers"]], limit)
    root.attrs["backend"] = b"tensorflow"
    root.attrs["keras_version"] = b"2.15.0"
    for layer in sorted(spec["layers"], key=lambda layer: layer["name"]):
        group = root.create_group(layer["name"])
        save_attributes(group, "weight_names", [variable["path"] for variable in layer["variables"]], limit)
        for variable in layer["variables"]:
            value = np.array(variable["values"], dtype=variable["dtype"]).reshape(variable["shape"])
            dataset = group.create_dataset(variable["path"], value.shape, dtype=value.dtype)
            dataset[:] = value


def write(spec):
    buffer = io.BytesIO()
    libver = spec.get("libver")
    with h5py.File(buffer, "w", libver=tuple(libver) if isinstance(libver, list) else libver) as file:
        (write_legacy if "layers" in spec else write_keras3)(file, spec)
    if "config" not in spec:
        with open(spec["file"], "wb") as target:
            target.write(buffer.getvalue())
        return
    compression = zipfile.ZIP_DEFLATED if spec.get("deflated") else zipfile.ZIP_STORED
    with zipfile.ZipFile(spec["file"], "w", compression) as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.5.0", "date_saved": "2024-09-01@12:00:00"}))
        archive.writestr("config.json", json.dumps(spec["config"]))
        archive.writestr("model.weights.h5", buffer.getvalue())


def read(path):
    groups, datasets = [], {}

    def visit(name, item):
        if isinstance(item, h5py.Group):
            groups.append(name)
        else:
            value = item[()]
            datasets[name] = {"shape": list(value.shape), "dtype": value.dtype.str, "bytes": value.tobytes().hex()}

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    print(json.dumps({"groups": groups, "datasets": datasets}))


if __name__ == "__main__":
    if sys.argv[1] == "write":
        with open(sys.argv[2], encoding="utf8") as spec_file:
            for one in json.load(spec_file):
                write(one)
    else:
        read(sys.argv[2])
