"""Writes models of PyTorch as ONNX files, with an input and the output that PyTorch computes.

    python3 generate.py FOLDER

For each model: NAME.onnx, NAME.input and NAME.output, the numbers alone, little-endian: float32, or int32 where they are token ids.
Needs PyTorch and NumPy; the files here are those of PyTorch 1.13.1.
"""

import pathlib
import sys

import numpy
import torch
from torch import nn

STEPS, BATCH = 6, 3


class TwoDirections(nn.Module):
    """Token ids, two layers of two directions, sequences first."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 4)
        self.lstm = nn.LSTM(4, 5, num_layers=2, bidirectional=True, batch_first=True, dropout=0.2)
        self.linear = nn.Linear(10, 3)

    def forward(self, x):
        return self.linear(self.lstm(self.embedding(x))[0])


class GruAndRnn(nn.Module):
    """Two kinds of layers, steps first."""

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(4, 5)
        self.rnn = nn.RNN(5, 6, nonlinearity="relu")
        self.linear = nn.Linear(6, 3)

    def forward(self, x):
        return self.linear(self.rnn(self.gru(x)[0])[0])


class LstmWithStates(nn.Module):
    """Two layers whose states come in and go out."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 5, num_layers=2)

    def forward(self, x, h, c):
        y, (h, c) = self.lstm(x, (h, c))
        return y, h, c


def write(folder, name, model, arguments, names, axes):
    model.eval()
    torch.onnx.export(
        model, arguments, str(folder / f"{name}.onnx"), input_names=names, output_names=["output"], dynamic_axes={"input": axes}, opset_version=14)
    output = model(*arguments)
    output = output[0] if isinstance(output, tuple) else output
    numbers = arguments[0].numpy()
    numbers.astype("<f4" if numbers.dtype == numpy.float32 else "<i4").tofile(folder / f"{name}.input")
    output.detach().numpy().astype("<f4").tofile(folder / f"{name}.output")


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.manual_seed(1)
    ids = torch.randint(0, 9, (BATCH, STEPS))
    x = torch.randn(STEPS, BATCH, 4)
    zeros = torch.zeros(2, BATCH, 5)
    write(folder, "lstm-two-directions", TwoDirections(), (ids,), ["input"], {0: "B", 1: "T"})
    write(folder, "gru-and-rnn", GruAndRnn(), (x,), ["input"], {0: "T", 1: "B"})
    write(folder, "lstm-with-states", LstmWithStates(), (x, zeros, zeros.clone()), ["input", "h", "c"], {0: "T", 1: "B"})


main()
