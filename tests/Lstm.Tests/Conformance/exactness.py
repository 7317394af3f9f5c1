#!/usr/bin/env python3
"""How far PyTorch's output and gradients in float are from those in double, on the numbers of ExactnessCase.

    python3 exactness.py [SEEDS] [PART_OF_A_KIND ...]      (Debian: apt-get install python3-torch)

Prints the mean over the seeds of the largest difference of each tensor, in parts of its largest element. For a chaotic cell then what
becomes of a change of every input and parameter by half a unit in the last place of float, all computed in double.
"""
import sys

import numpy as np
import torch

import generate_variants as variants

torch.set_default_dtype(torch.float32)
BA = dict(gates="split", gateShift=True, cell="output", epsilon=1e-5)
PER_GATE = dict(gates="perGate", gateShift=True, cell="carried", epsilon=1e-5)
CASES = [
    ("lstm", 8, 32, 10000, 1), ("lstm", 16, 512, 1000, 1), ("lstm, peephole", 8, 32, 10000, 1), ("lstm, layer norm", 8, 32, 10000, 1),
    ("gru", 8, 32, 10000, 1), ("rnn", 8, 32, 10000, 1), ("dense", 8, 32, 10000, 1), ("embedding of tokens", 4, 32, 10000, 1),
    ("lstm of tokens", 4, 32, 10000, 1), ("lstm, Ba, coupled, clipped", 2, 65, 1, 3), ("lstm, Ba, coupled, clipped", 2, 65, 7, 3)]


class Numbers:
    """The numbers of ExactnessCase.Draw."""

    def __init__(self, kind, seed, size, moved):
        self.moved = moved
        self.prefix, self.scale = f"{seed}/{kind}/", np.float32(1) / np.sqrt(np.float32(size))
        self.gain = np.float32(1 if "Ba" in kind else 0.25)

    def draw(self, tensor, *shape):
        return self.move(tensor, self.plain(tensor, *shape))

    def move(self, tensor, values):
        if not self.moved or tensor == "dy":
            return values
        return values.double() * (1 + self.plain("sign of " + tensor, *values.shape).double().sign() * 2.0 ** -24)

    def plain(self, tensor, *shape):
        key = 2166136261
        for letter in (self.prefix + tensor).encode():
            key = (key ^ letter) * 16777619 & 0xFFFFFFFF
        with np.errstate(over="ignore"):
            z = (np.uint64(key << 32) | np.arange(np.prod(shape), dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
            z = (z ^ z >> np.uint64(31)) >> np.uint64(40)
        return torch.from_numpy((z.astype(np.float32) / np.float32(1 << 23) - np.float32(1)).reshape(shape))

    def parameter(self, tensor, *shape):
        around = self.gain if tensor.startswith("gain") else np.float32(0)
        return self.move(tensor, torch.from_numpy(around + self.scale * self.plain(tensor, *shape).numpy()))


def module_of(kind, inputs, size, numbers, dtype):
    """PyTorch's own layer; the bias of R h' is 0 but for that of the GRU's candidate."""
    if kind == "dense":
        layer = torch.nn.Linear(inputs, size)
        values = dict(weight=numbers.parameter("W", size, inputs), bias=numbers.parameter("b", size))
        names = dict(weight="W", bias="b")
    elif kind.startswith("embedding"):
        layer = torch.nn.Embedding(inputs, size)
        values, names = dict(weight=numbers.parameter("E", inputs, size)), dict(weight="E")
    else:
        cell = kind.split()[0]
        gates = dict(lstm=4, gru=3, rnn=1)[cell]
        layer = dict(lstm=torch.nn.LSTM, gru=torch.nn.GRU, rnn=torch.nn.RNN)[cell](inputs, size)
        recurrent_bias = torch.zeros(gates * size)
        if kind == "gru":
            recurrent_bias[2 * size:] = numbers.parameter("rb", size)
        values = dict(weight_ih_l0=numbers.parameter("W", gates * size, inputs), weight_hh_l0=numbers.parameter("R", gates * size, size),
                      bias_ih_l0=numbers.parameter("b", gates * size), bias_hh_l0=recurrent_bias)
        names = dict(weight_ih_l0="W", weight_hh_l0="R", bias_ih_l0="b", bias_hh_l0="rb")
    layer.load_state_dict(values)
    layer = layer.to(dtype)
    return layer, {names[name]: parameter for name, parameter in layer.named_parameters()}


def cell_of(kind, inputs, size, numbers, dtype):
    """The equations of generate_variants, written out gate by gate."""
    variants.INPUT, variants.HIDDEN = inputs, size
    norm = BA if "Ba" in kind else PER_GATE if "norm" in kind else None
    config = dict(variant="CIFG" if "coupled" in kind else "V", peepholes="ifo" if "peephole" in kind else "", layerNorm=norm,
                  bias=norm is not PER_GATE, projection=0, cellClip=0.1 if "clipped" in kind else 0.0, zoneoutCell=0.0, zoneoutHidden=0.0)
    cell = variants.Lstm(lambda *shape, **_: torch.zeros(*shape), config)
    gates, whole = cell.gates, {}
    columns = len(gates) * size
    whole["W"], whole["R"] = numbers.parameter("W", columns, inputs), numbers.parameter("R", columns, size)
    if config["bias"]:
        whole["b"] = numbers.parameter("b", columns)
    if config["peepholes"]:
        whole["p"] = numbers.parameter("p", 3 * size)
    if norm:
        sides = 2 if norm["gates"] == "split" else 1
        for name, length in dict(gain=sides * columns, shift=sides * columns, gain_c=size, shift_c=size).items():
            whole[name] = numbers.parameter(name, length)
    whole = {name: value.to(dtype).requires_grad_() for name, value in whole.items()}
    for name, value in whole.items():
        if name.endswith("_c"):
            cell.p[name.replace("_", ".")] = value
        elif name in ("gain", "shift") and norm["gates"] == "split":
            cell.p[name + ".W"], cell.p[name + ".R"] = value.split(columns)
        else:
            for gate, part in zip("ifo" if name == "p" else gates, value.split(size)):
                cell.p[f"{name}.{gate}"] = part

    def run(x):
        h = c = torch.zeros(x.shape[1], size, dtype=dtype)
        ys = []
        for step in x:
            h, c, _ = cell.step(step, h, c, None, None)
            ys.append(h)
        return torch.stack(ys), None

    return run, whole


def run(kind, inputs, size, steps, batch, seed, dtype, moved=False):
    numbers = Numbers(kind, seed, size, moved)
    written_out = "," in kind
    layer, parameters = (cell_of if written_out else module_of)(kind, inputs, size, numbers, dtype)
    if kind.endswith("tokens"):
        x = ((numbers.draw("x", steps, batch) + 1) / 2 * inputs).to(torch.int64)
        x = x if kind.startswith("embedding") else torch.nn.functional.one_hot(x, inputs).to(dtype)
    else:
        x = numbers.draw("x", steps, batch, inputs).to(dtype)
    y = layer(x)
    y = y[0] if isinstance(y, tuple) else y
    gradients = torch.autograd.grad(y, list(parameters.values()), numbers.draw("dy", steps, batch, size).to(dtype))
    return dict(y=y.detach(), **dict(zip(parameters, gradients)))


def errors(seeds, kind, sizes, dtype, moved):
    sums = {}
    for seed in range(seeds):
        other, real = run(kind, *sizes, seed, dtype, moved), run(kind, *sizes, seed, torch.float64)
        for name, value in real.items():
            sums[name] = sums.get(name, 0.0) + ((other[name].double() - value).abs().max() / value.abs().max()).item() / seeds
    return " ".join(f"{name} {error:.1e}" for name, error in sums.items())


def main(seeds, wanted):
    for kind, *sizes in CASES:
        if wanted and not any(part in kind for part in wanted):
            continue
        print(kind, *sizes, ":", errors(seeds, kind, sizes, torch.float32, moved=False), flush=True)
        if "Ba" in kind:
            print("    inputs moved:", errors(seeds, kind, sizes, torch.float64, moved=True), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, sys.argv[2:])
