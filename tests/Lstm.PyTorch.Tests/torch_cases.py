#!/usr/bin/env python3
"""What PyTorch computes, for the tests of Lstm.PyTorch.

    python3 torch_cases.py FOLDER      (Debian: apt-get install python3-torch)

Reads FOLDER/cases.json. For each case it makes a module of random weights and writes them as NAME.pt and NAME.safetensors, and to
NAME.numbers.pt inputs, outputs, final states, gradients, and the weights after a step of gradient descent. Then it loads
NAME.ours.safetensors, whose weights the library has written, and adds the outputs with those. At the end come files of unusual kinds.
"""
import json
import os
import struct
import sys
import zipfile
from collections import OrderedDict

import numpy as np
import torch
from torch import nn

RATE = 0.1
SAFE_NAMES = {torch.float32: "F32", torch.float64: "F64"}
NUMPY_TYPES = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}


def write_safetensors(path, tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        numbers = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {"dtype": SAFE_NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def read_safetensors(path):
    with open(path, "rb") as file:
        content = file.read()
    length = struct.unpack("<Q", content[:8])[0]
    header, data = json.loads(content[8:8 + length]), content[8 + length:]
    header.pop("__metadata__", None)
    tensors = OrderedDict()
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"][0]):
        begin, end = entry["data_offsets"]
        numbers = np.frombuffer(data[begin:end], dtype=NUMPY_TYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(numbers.copy())
    return tensors


class Model(nn.Module):
    """Tokens, a recurrent network, and a layer on top."""

    def __init__(self, case):
        super().__init__()
        self.embedding = nn.Embedding(case["Input"], case["EmbeddingSize"])
        self.rnn = recurrent(case, case["EmbeddingSize"])
        width = (case["Projection"] or case["Hidden"]) * (2 if case["Bidirectional"] else 1)
        self.head = nn.Linear(width, case["Outputs"])


def recurrent(case, inputs):
    options = dict(num_layers=case["Layers"], bias=case["Bias"], bidirectional=case["Bidirectional"])
    if case["Projection"]:
        options["proj_size"] = case["Projection"]
    if case["Kind"] == "RNN":
        options["nonlinearity"] = case["Nonlinearity"]
    return getattr(nn, case["Kind"])(inputs, case["Hidden"], **options)


def build(case):
    kind, inputs, hidden = case["Kind"], case["Input"], case["Hidden"]
    if case["IsModel"]:
        return Model(case)
    if kind == "Linear":
        return nn.Linear(inputs, hidden, bias=case["Bias"])
    if kind == "Embedding":
        return nn.Embedding(inputs, hidden)
    if case["IsCell"]:
        options = dict(nonlinearity=case["Nonlinearity"]) if kind == "RNN" else {}
        return getattr(nn, kind + "Cell")(inputs, hidden, bias=case["Bias"], **options)
    return recurrent(case, inputs)


def run_recurrent(rnn, case, x, h0, c0):
    if not case["IsCell"]:
        state = (h0, c0) if case["Kind"] == "LSTM" else h0
        y, last = rnn(x, state)
        return (y, *last) if case["Kind"] == "LSTM" else (y, last, None)
    h, c, outputs = h0[0], c0[0], []
    for step in x:
        if case["Kind"] == "LSTM":
            h, c = rnn(step, (h, c))
        else:
            h = rnn(step, h)
        outputs.append(h)
    return torch.stack(outputs), h[None], c[None]


def run(module, case, x, h0, c0):
    if case["Kind"] in ("Linear", "Embedding"):
        return module(x), None, None
    if not case["IsModel"]:
        return run_recurrent(module, case, x, h0, c0)
    y, hn, cn = run_recurrent(module.rnn, case, module.embedding(x), h0, c0)
    return module.head(y), hn, cn


def gradients(module, case):
    """The gradients of all parameters, with 0 for those biases of R h' that add up with a bias of W x."""
    found = OrderedDict((name, parameter.grad.clone()) for name, parameter in module.named_parameters())
    for name, gradient in found.items():
        if "bias_hh" in name:
            summed = 2 * case["Hidden"] if case["Kind"] == "GRU" else len(gradient)
            apart = (gradient[:summed] - found[name.replace("bias_hh", "bias_ih")][:summed]).abs().max()
            assert apart <= (1e-12 if case["IsDouble"] else 2e-5), f"{case['Name']}: the gradients of two biases are {apart} apart"
            gradient[:summed] = 0
    return found


def compute(case, folder):
    torch.manual_seed(case["Seed"])
    kind, steps, batch = case["Kind"], case["Steps"], case["Batch"]
    torch.set_default_dtype(torch.float64 if case["IsDouble"] else torch.float32)
    path = os.path.join(folder, case["Name"])
    module = build(case)
    torch.save(module.state_dict(), path + ".pt")
    write_safetensors(path + ".safetensors", module.state_dict())

    numbers = OrderedDict()
    if case["IsModel"] or kind == "Embedding":
        x = ((torch.arange(steps * batch) * 5 + case["Seed"]) % case["Input"]).reshape(steps, batch)
    else:
        x = numbers["x"] = torch.randn(steps, batch, case["Input"], requires_grad=True)
    h0 = c0 = None
    if kind in ("LSTM", "GRU", "RNN"):
        cells = case["Layers"] * (2 if case["Bidirectional"] else 1)
        h0 = numbers["h0"] = torch.randn(cells, batch, case["Projection"] or case["Hidden"], requires_grad=True)
        c0 = torch.randn(cells, batch, case["Hidden"], requires_grad=True)
        if kind == "LSTM":
            numbers["c0"] = c0

    y, hn, cn = run(module, case, x, h0, c0)
    weight = torch.randn(y.shape)
    (weight * y).sum().backward()
    inputs = [name for name in ("x", "h0", "c0") if name in numbers]
    for name in inputs:
        numbers["d" + name] = numbers[name].grad
    numbers.update(y=y, dy=weight)
    if hn is not None:
        numbers["hn"] = hn
    if kind == "LSTM":
        numbers["cn"] = cn
    for name, gradient in gradients(module, case).items():
        numbers["grad." + name] = gradient
        numbers["after." + name] = dict(module.named_parameters())[name] - RATE * gradient

    ours = build(case)
    ours.load_state_dict(read_safetensors(path + ".ours.safetensors"), strict=True)
    numbers["ours"] = run(ours, case, x, h0, c0)[0]
    torch.save(OrderedDict((name, tensor.detach()) for name, tensor in numbers.items()), path + ".numbers.pt")


class Own(nn.Linear):
    """A class that no other program knows."""


def unusual(folder):
    torch.manual_seed(1)
    torch.set_default_dtype(torch.float32)

    def at(name):
        return os.path.join(folder, name)

    base = torch.randn(7, 12)
    views = OrderedDict(
        transposed=base.t(), columns=base[:, 3:9:2], row=base[2], rows=base[1:3], permuted=torch.randn(2, 3, 4).permute(2, 0, 1),
        expanded=torch.randn(1, 3).expand(4, 3), scalar=torch.tensor(2.5), empty=torch.zeros(0, 3), parameter=nn.Parameter(torch.randn(3)))
    torch.save(views, at("views.pt"))
    write_safetensors(at("views.safetensors"), views)

    half = torch.cat([torch.randn(60), torch.tensor([0.0, -0.0, 6e-8, 65504.0])])
    torch.save({"half": half.half(), "bfloat": half.bfloat16(), "single": half}, at("halves.pt"))
    write_safetensors(at("halves.safetensors"), {
        "half": half.half().float(), "bfloat": half.bfloat16().float(), "single": half})
    torch.save({"half": half.half(), "bfloat": half.bfloat16()}, at("halves64.pt"))

    linear = nn.Linear(3, 2)
    optimizer = torch.optim.Adam(linear.parameters())
    linear(torch.randn(4, 3)).sum().backward()
    optimizer.step()
    torch.save({"epoch": 3, "loss": 0.5, "names": ["a", "b"], "best": None, "state_dict": linear.state_dict(),
                "optimizer": optimizer.state_dict()}, at("nested.pt"))
    write_safetensors(at("nested.safetensors"), linear.state_dict())
    torch.save(nn.BatchNorm1d(4).state_dict(), at("integers.pt"))
    torch.save(dict(linear.state_dict(), step=7), at("number.pt"))
    tied = torch.randn(5, 4)
    torch.save({"embedding.weight": tied, "head.weight": tied}, at("tied.pt"))

    torch.save(Own(3, 2), at("module.pt"))
    torch.save([torch.randn(2)], at("list.pt"))
    torch.save(linear.state_dict(), at("legacy.pt"), _use_new_zipfile_serialization=False)
    torch.jit.save(torch.jit.script(linear), at("script.pt"))
    torch.save(linear.state_dict(), at("protocol4.pt"), pickle_protocol=4)
    with zipfile.ZipFile(at("nested.pt")) as archive, zipfile.ZipFile(at("deflated.pt"), "w", zipfile.ZIP_DEFLATED) as packed:
        for name in archive.namelist():
            packed.writestr(name, archive.read(name))
    with zipfile.ZipFile(at("integers.pt")) as archive, zipfile.ZipFile(at("zipped_anew.pt"), "w") as stored:
        for name in archive.namelist():
            stored.writestr(name, archive.read(name))


def main():
    folder = sys.argv[1]
    torch.set_num_threads(1)
    with open(os.path.join(folder, "cases.json"), encoding="utf-8") as file:
        cases = json.load(file)
    for case in cases:
        compute(case, folder)
    unusual(folder)
    print(f"{len(cases)} cases with PyTorch {torch.__version__}")


if __name__ == "__main__":
    main()
