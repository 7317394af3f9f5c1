#!/usr/bin/env python3
"""Reference vectors of LSTM options, alone and together, by float64 automatic differentiation (PyTorch) of equations written out gate by gate.

    python3 generate_variants.py OUT_DIR            (Debian: apt-get install python3-torch)

A file has the fields that VectorCases reads: config, parameters, inputs, cotangents, outputs, gradients. The loss is sum(cotangent * output).
"""
import json
import sys
import zlib

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

GATES = dict(NIG="fgo", NFG="igo", NOG="ifg", CIFG="igo")
INPUT, HIDDEN, BATCH, STEPS = 3, 5, 3, 5


class Lstm:
    """One cell: the tensors of a case and the equations of a step."""

    def __init__(self, draw, config):
        self.config, self.norm = config, config["layerNorm"]
        self.gates = GATES.get(config["variant"], "ifgo")
        self.p = {}
        outputs, wide = config["projection"] or HIDDEN, len(self.gates) * HIDDEN
        for q in self.gates:
            self.p[f"W.{q}"], self.p[f"R.{q}"] = draw(HIDDEN, INPUT), draw(HIDDEN, outputs)
            if config["bias"]:
                self.p[f"b.{q}"] = draw(HIDDEN)
            if q in config["peepholes"]:
                self.p[f"p.{q}"] = draw(HIDDEN)
        if self.norm:
            sizes = dict(perGate={q: HIDDEN for q in self.gates}, split=dict(W=wide, R=wide), joint=dict(WR=wide))[self.norm["gates"]]
            for name, size in sizes.items():
                self.p[f"gain.{name}"] = draw(size, around=1.0)
                if self.norm["gateShift"]:
                    self.p[f"shift.{name}"] = draw(size)
            if self.norm["cell"] != "none":
                self.p["gain.c"], self.p["shift.c"] = draw(HIDDEN, around=1.0), draw(HIDDEN)
        if config["variant"] == "FGR":
            for q in "ifo":
                for source in "ifo":
                    self.p[f"Q.{q}{source}"] = draw(HIDDEN, HIDDEN)
        if config["projection"]:
            self.p["proj"] = draw(outputs, HIDDEN)

    def normalize(self, v, name):
        """(v - mean) / sqrt(var + eps) * gain + shift, with the biased variance."""
        centred = v - v.mean(dim=1, keepdim=True)
        y = centred / (centred.square().mean(dim=1, keepdim=True) + self.norm["epsilon"]).sqrt() * self.p[f"gain.{name}"]
        return y + self.p[f"shift.{name}"] if f"shift.{name}" in self.p else y

    def stacked(self, kind, source):
        return torch.cat([source @ self.p[f"{kind}.{q}"].T for q in self.gates], dim=1)

    def pre_activations(self, x, h, history):
        """What each gate gets but for its peephole."""
        bias = torch.cat([self.p[f"b.{q}"] for q in self.gates]) if self.config["bias"] else 0.0
        placement = self.norm["gates"] if self.norm else None
        if placement == "split":
            a = self.normalize(self.stacked("W", x), "W") + self.normalize(self.stacked("R", h), "R") + bias
        elif placement == "joint":
            a = self.normalize(self.stacked("W", x) + self.stacked("R", h) + bias, "WR")
        else:
            a = self.stacked("W", x) + self.stacked("R", h)
        a = dict(zip(self.gates, a.split(HIDDEN, dim=1)))
        if self.config["variant"] == "FGR":
            for q in "ifo":
                a[q] = a[q] + sum(history[source] @ self.p[f"Q.{q}{source}"].T for source in "ifo")
        if placement == "perGate":
            a = {q: self.normalize(v, q) for q, v in a.items()}
        if placement in (None, "perGate") and self.config["bias"]:
            a = {q: v + self.p[f"b.{q}"] for q, v in a.items()}
        return a

    def step(self, x, h, c, history, mask):
        variant, ones, limit = self.config["variant"], torch.ones_like(c), self.config["cellClip"]
        a = self.pre_activations(x, h, history)

        def gate(q, cell):
            return torch.sigmoid(a[q] + self.p[f"p.{q}"] * cell if f"p.{q}" in self.p else a[q]) if q in a else ones

        i = gate("i", c)
        f = 1 - i if variant == "CIFG" else gate("f", c)
        g = a["g"] if variant == "NIAF" else torch.tanh(a["g"])
        new = f * c + i * (g if mask is None else g * mask)
        if self.norm and self.norm["cell"] == "carried":
            new = self.normalize(new, "c")
        if limit:
            new = new.clamp(-limit, limit)
        o = gate("o", new)
        shown = self.normalize(new, "c") if self.norm and self.norm["cell"] == "output" else new
        out = o * (shown if variant == "NOAF" else torch.tanh(shown))
        if "proj" in self.p:
            out = out @ self.p["proj"].T
        hold_c, hold_h = self.config["zoneoutCell"], self.config["zoneoutHidden"]
        return (1 - hold_h) * out + hold_h * h, (1 - hold_c) * new + hold_c * c, dict(i=i, f=f, o=o)


def case(folder, name, variant="V", peepholes="ifo", norm=None, bias=None, lengths=None, dropout=0.0, **more):
    """Draws a case, runs it through time, differentiates, writes it."""
    generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def draw(*shape, around=0.0, scale=0.6):
        return (around + (2 * torch.rand(*shape, generator=generator) - 1) * scale).requires_grad_()

    config = dict(
        inputSize=INPUT, hiddenSize=HIDDEN, batch=BATCH, steps=STEPS, variant=variant, peepholes=peepholes, forgetBias=0.0, layerNorm=norm,
        bias=(norm is None) if bias is None else bias, projection=0, cellClip=0.0, zoneoutCell=0.0, zoneoutHidden=0.0)
    config.update(more)
    lstm = Lstm(draw, config)
    outputs = config["projection"] or HIDDEN
    inputs = dict(x=draw(STEPS, BATCH, INPUT, scale=1), h0=draw(BATCH, outputs), c0=draw(BATCH, HIDDEN))
    mask = (torch.rand(STEPS, BATCH, HIDDEN, generator=generator) >= dropout) / (1 - dropout) if dropout else None
    h, c, history = inputs["h0"], inputs["c0"], {q: torch.zeros(BATCH, HIDDEN) for q in "ifo"}
    ys = []
    for t in range(STEPS):
        after_h, after_c, after_gates = lstm.step(inputs["x"][t], h, c, history, None if mask is None else mask[t])
        runs = (torch.tensor(lengths or [STEPS] * BATCH) > t)[:, None]
        ys.append(torch.where(runs, after_h, torch.zeros_like(after_h)))
        h, c = torch.where(runs, after_h, h), torch.where(runs, after_c, c)
        history = {q: torch.where(runs, after_gates[q], history[q]) for q in "ifo"}
    results = dict(y=torch.stack(ys), hT=h, cT=c)
    cotangents = {key: draw(*value.shape, scale=1).detach() for key, value in results.items()}
    tensors = {**lstm.p, **inputs}
    loss = sum((cotangents[key] * results[key]).sum() for key in results)
    gradients = torch.autograd.grad(loss, list(tensors.values()), allow_unused=True)

    def plain(values):
        return {key: value.tolist() for key, value in values.items()}

    document = dict(
        name=name, kind="lstm", config=config, parameters=plain(lstm.p),
        inputs={**plain(inputs), **({"lengths": lengths} if lengths else {}), **({} if mask is None else {"mask_g": mask.tolist()})},
        cotangents=plain(cotangents), outputs=plain(results),
        gradients={key: (torch.zeros_like(tensor) if gradient is None else gradient).tolist()
                   for (key, tensor), gradient in zip(tensors.items(), gradients)})
    with open(f"{folder}/{name}.json", "w", encoding="ascii") as file:
        json.dump(document, file, separators=(",", ":"))
        file.write("\n")


def placed(gates, cell, shift=True, epsilon=1e-5):
    return dict(gates=gates, gateShift=shift, cell=cell, epsilon=epsilon)


def main(folder):
    per_gate, ba = placed("perGate", "carried"), placed("split", "output")
    for variant in ("NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "FGR"):
        case(folder, f"variant-{variant}", variant)
        case(folder, f"variant-{variant}-layernorm", variant, norm=per_gate)
    case(folder, "variant-FGR-no-peepholes", "FGR", peepholes="")
    case(folder, "variant-FGR-lengths", "FGR", lengths=[3, 5, 1])
    case(folder, "variant-CIFG-ba", "CIFG", norm=ba, bias=True)
    case(folder, "variant-NIG-joint", "NIG", norm=placed("joint", "output"), bias=True)
    for gates in ("perGate", "split", "joint"):
        for cell in ("carried", "output", "none"):
            case(folder, f"placement-{gates}-{cell}-peephole", norm=placed(gates, cell), bias=gates == "joint")
    case(folder, "placement-perGate-bias", norm=per_gate, bias=True)
    case(folder, "placement-joint-no-shift", norm=placed("joint", "output", shift=False), bias=True, peepholes="")
    case(folder, "placement-split-no-shift-lengths", norm=placed("split", "output", shift=False), bias=True, lengths=[2, 5, 4])
    case(folder, "options-projection-zoneout-clip", projection=4, zoneoutCell=0.3, zoneoutHidden=0.2, cellClip=0.4)
    case(folder, "options-projection-layernorm-lengths", projection=4, norm=per_gate, lengths=[5, 2, 3])
    case(folder, "options-zoneout-clip-carried", zoneoutCell=0.3, zoneoutHidden=0.2, cellClip=0.7, norm=per_gate)
    case(folder, "options-zoneout-clip-output", zoneoutCell=0.3, zoneoutHidden=0.2, cellClip=0.4, norm=ba, bias=True)
    case(folder, "options-dropout-clip-ba", dropout=0.2, cellClip=0.4, norm=ba, bias=True)
    case(folder, "options-dropout-CIFG", "CIFG", dropout=0.2)


if __name__ == "__main__":
    main(sys.argv[1])
