#!/usr/bin/env python3
"""Reference vectors of the LSTM family by PyTorch's automatic differentiation in float64: python3 family.py FOLDER

One file for each case, in the form that ReferenceVector reads. A gate's pre-activation is W x + R h' [+ Q (i, f, o)'], normalised if the case
says so, + b + p*c. Run again only to add cases: the numbers are drawn by the case's name.
"""
import json
import sys
import zlib

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

GATES = {'NIG': 'fgo', 'NFG': 'igo', 'NOG': 'ifg', 'CIFG': 'igo'}
NORM = dict(gates='perGate', gateShift=True, cell='carried', epsilon=1e-5)


class Case:
    def __init__(self, name, variant='V', norm=None, bias=True, inputs=3, hidden=7, batch=3, steps=5, lengths=None, projection=0, clip=0.0, zoneout=(0.0, 0.0)):
        self.name, self.variant, self.norm, self.bias = name, variant, norm, bias
        self.I, self.H, self.B, self.T, self.lengths = inputs, hidden, batch, steps, lengths
        self.projection, self.clip, self.zoneout = projection, clip, zoneout
        self.R = projection or hidden
        self.gates = GATES.get(variant, 'ifgo')
        self.random = torch.Generator().manual_seed(zlib.crc32(name.encode()))
        self.p = {}

    def draw(self, *shape, scale=0.6):
        return ((torch.rand(*shape, generator=self.random) * 2 - 1) * scale).requires_grad_(True)

    def create_parameters(self):
        H, p = self.H, self.p
        for q in self.gates:
            p[f'W.{q}'], p[f'R.{q}'] = self.draw(H, self.I), self.draw(H, self.R)
            if self.bias:
                p[f'b.{q}'] = self.draw(H)
            if q != 'g' and self.variant != 'NP':
                p[f'p.{q}'] = self.draw(H)
        if self.variant == 'FGR':
            for to in 'ifo':
                for source in 'ifo':
                    p[f'Q.{to}{source}'] = self.draw(H, H, scale=0.4)
        if self.norm:
            sides = {'perGate': {q: H for q in self.gates}, 'joint': {'WR': len(self.gates) * H},
                     'split': {'W': len(self.gates) * H, 'R': len(self.gates) * H}}[self.norm['gates']]
            for side, size in {**sides, 'c': H}.items():
                if side == 'c' and self.norm['cell'] == 'none':
                    continue
                p[f'gain.{side}'] = (1 + self.draw(size, scale=0.4)).detach().requires_grad_(True)
                if self.norm['gateShift'] or side == 'c':
                    p[f'shift.{side}'] = self.draw(size)
        if self.projection:
            p['proj'] = self.draw(self.projection, H)

    def normalise(self, v, side):
        centred = v - v.mean(1, keepdim=True)
        scaled = centred / torch.sqrt((centred * centred).mean(1, keepdim=True) + self.norm['epsilon']) * self.p[f'gain.{side}']
        return scaled + self.p[f'shift.{side}'] if f'shift.{side}' in self.p else scaled

    def pre_activations(self, x, h, history):
        p, order = self.p, self.gates
        wx, rh = {q: x @ p[f'W.{q}'].T for q in order}, {q: h @ p[f'R.{q}'].T for q in order}
        b = {q: p[f'b.{q}'] if self.bias else torch.zeros(self.H) for q in order}
        placement = self.norm['gates'] if self.norm else None
        if placement in ('split', 'joint'):
            w, r, c = (torch.cat([part[q] for q in order], -1) for part in (wx, rh, b))
            rows = self.normalise(w, 'W') + self.normalise(r, 'R') + c if placement == 'split' else self.normalise(w + r + c, 'WR')
            return dict(zip(order, rows.split(self.H, 1)))
        a = {}
        for q in order:
            v = wx[q] + rh[q]
            if self.variant == 'FGR' and q != 'g':
                v = v + sum(history[source] @ p[f'Q.{q}{source}'].T for source in 'ifo')
            a[q] = (self.normalise(v, q) if placement else v) + b[q]
        return a

    def peephole(self, q, c):
        return self.p[f'p.{q}'] * c if f'p.{q}' in self.p else 0

    def step(self, x, h, c, history):
        a, one = self.pre_activations(x, h, history), torch.ones(self.B, self.H)
        i = torch.sigmoid(a['i'] + self.peephole('i', c)) if 'i' in a else one
        f = 1 - i if self.variant == 'CIFG' else torch.sigmoid(a['f'] + self.peephole('f', c)) if 'f' in a else one
        g = a['g'] if self.variant == 'NIAF' else torch.tanh(a['g'])
        new = f * c + i * g
        cell = self.norm['cell'] if self.norm else 'none'
        if cell == 'carried':
            new = self.normalise(new, 'c')
        if self.clip:
            new = new.clamp(-self.clip, self.clip)
        o = torch.sigmoid(a['o'] + self.peephole('o', new)) if 'o' in a else one
        shown = self.normalise(new, 'c') if cell == 'output' else new
        out = o * (shown if self.variant == 'NOAF' else torch.tanh(shown))
        if self.projection:
            out = out @ self.p['proj'].T
        held_c, held_h = self.zoneout
        return (1 - held_h) * out + held_h * h, (1 - held_c) * new + held_c * c, dict(i=i, f=f, o=o)

    def write(self, folder):
        self.create_parameters()
        x, h0, c0 = self.draw(self.T, self.B, self.I, scale=1), self.draw(self.B, self.R), self.draw(self.B, self.H)
        weights = dict(y=self.draw(self.T, self.B, self.R, scale=1), hT=self.draw(self.B, self.R), cT=self.draw(self.B, self.H))
        h, c, history, y = h0, c0, {q: torch.zeros(self.B, self.H) for q in 'ifo'}, []
        for t in range(self.T):
            new_h, new_c, new_history = self.step(x[t], h, c, history)
            live = torch.tensor([[t < n] for n in self.lengths or [self.T] * self.B])
            y.append(torch.where(live, new_h, torch.zeros_like(new_h)))
            h, c = torch.where(live, new_h, h), torch.where(live, new_c, c)
            history = {q: torch.where(live, new_history[q], history[q]) for q in 'ifo'}
        outputs = dict(y=torch.stack(y), hT=h, cT=c)
        loss = sum((weights[k] * outputs[k]).sum() for k in weights)
        leaves = {**self.p, 'x': x, 'h0': h0, 'c0': c0}
        gradients = torch.autograd.grad(loss, list(leaves.values()))
        numbers = lambda tensors: {k: v.tolist() for k, v in tensors.items()}
        config = dict(inputSize=self.I, hiddenSize=self.H, batch=self.B, steps=self.T, variant=self.variant, forgetBias=0.0, layerNorm=self.norm, bias=self.bias,
                      projection=self.projection, cellClip=self.clip, zoneoutCell=self.zoneout[0], zoneoutHidden=self.zoneout[1])
        document = dict(name=self.name, kind='lstm', config=config, parameters=numbers(self.p), inputs=numbers(dict(x=x, h0=h0, c0=c0)),
                        cotangents=numbers(weights), outputs=numbers(outputs), gradients=numbers(dict(zip(leaves, gradients))))
        if self.lengths:
            document['inputs']['lengths'] = self.lengths
        with open(f'{folder}/{self.name}.json', 'w') as file:
            json.dump(document, file)


CASES = [Case(f'family-{v}', v) for v in ('NIG', 'NFG', 'NOG', 'NIAF', 'NOAF', 'CIFG', 'NP', 'FGR')]
CASES += [Case(f'family-norm-{v}', v, NORM, bias=False) for v in ('NIG', 'NFG', 'NOG', 'NIAF', 'NOAF', 'CIFG', 'FGR')]
CASES += [Case(f'family-{g}-{c}', norm=dict(NORM, gates=g, cell=c)) for g in ('perGate', 'split', 'joint') for c in ('none', 'carried', 'output')]
CASES += [
    Case('family-split-CIFG', 'CIFG', dict(NORM, gates='split', cell='output')),
    Case('family-joint-NOG', 'NOG', dict(NORM, gates='joint', cell='output', gateShift=False)),
    Case('family-FGR-lengths', 'FGR', lengths=[2, 5, 0]),
    Case('family-norm-lengths', norm=dict(NORM, gates='split', cell='output'), lengths=[3, 1, 5]),
    Case('family-clip-norm', norm=dict(NORM, gates='split', cell='output'), clip=0.5),
    Case('family-clip-carried', norm=NORM, clip=0.7),
    Case('family-projection-zoneout-norm', norm=NORM, projection=4, zoneout=(0.3, 0.2)),
    Case('family-zoneout-clip-CIFG', 'CIFG', zoneout=(0.25, 0.4), clip=0.6),
    Case('family-wide', norm=dict(NORM, gates='joint', cell='carried'), inputs=18, hidden=19, batch=5, steps=3),
]

if __name__ == '__main__':
    for case in CASES:
        case.write(sys.argv[1])
