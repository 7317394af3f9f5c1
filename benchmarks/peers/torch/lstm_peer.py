"""PyTorch as a system of the `compare` command: reads one command a line and answers each with one line; ../README.md has the protocol."""
import ctypes
import os
import statistics
import sys
import time

try:
    import torch
except ImportError as failure:
    sys.exit(print(f'error {failure}'))

TENSORS = {'W': 0, 'R': 1, 'b': 2, 'h': 4, 'c': 5, 'x': 100, 'dy': 101, 'probe': 102}


def numbers(name, shape, scale=1.0, layer=0):
    """The numbers every system is given: a hash of tensor and index, in [-1, 1)."""
    count = torch.Size(shape).numel()
    u = torch.arange(count, dtype=torch.int64) * 0x9E3779B1 + (TENSORS[name] + 10 * layer) * 0x85EBCA77
    u = u & 0xFFFFFFFF
    u = u ^ (u >> 15)
    u = (u * 0x2C1B3C6D) & 0xFFFFFFFF
    u = u ^ (u >> 13)
    return (((u >> 8).float() * 2.0 ** -23 - 1.0) * scale).reshape(shape)


def fingerprint(values):
    """A weighted sum that knows every element's place, and the Euclidean norm."""
    values = values.detach().double()
    return f"{(values * numbers('probe', values.shape).double()).sum().item():.9g} {values.norm().item():.9g}"


class Model:
    def __init__(self, I, H, layers, B, T, training):
        self.training = training
        self.lstm = torch.nn.LSTM(I, H, layers)
        with torch.no_grad():
            for k in range(layers):
                W, R, b, b2 = self.lstm.all_weights[k]
                W.copy_(numbers('W', W.shape, H ** -0.5, k))
                R.copy_(numbers('R', R.shape, H ** -0.5, k))
                b.copy_(numbers('b', b.shape, 0.1, k))
                b2.zero_()
        self.x = numbers('x', (T, B, I)).requires_grad_(training)
        self.h0, self.c0 = (
            torch.stack([numbers(name, (B, H), 0.5, k) for k in range(layers)]).requires_grad_(training) for name in 'hc')
        self.output_gradient = numbers('dy', (T, B, H))
        self.dy = torch.empty_like(self.output_gradient)

    def forward(self):
        """Returns the milliseconds of a forward pass."""
        start = time.perf_counter()
        with torch.no_grad():
            self.lstm(self.x, (self.h0, self.c0))
        return milliseconds_since(start)

    def train(self):
        """Returns the milliseconds of a training step without its loss, which would write the gradient of the output."""
        if not self.training:
            return self.forward()
        start = time.perf_counter()
        y, _ = self.lstm(self.x, (self.h0, self.c0))
        forward = milliseconds_since(start)
        self.dy.copy_(self.output_gradient)
        start = time.perf_counter()
        for leaf in (self.x, self.h0, self.c0, *self.lstm.parameters()):
            leaf.grad = None
        y.backward(self.dy)
        return forward + milliseconds_since(start)

    def check(self):
        """Two numbers for each result, which tell whether it is what the other systems have."""
        with torch.no_grad():
            results = {'y': fingerprint(self.lstm(self.x, (self.h0, self.c0))[0])}
        if self.training:
            self.train()
            results['dx'] = fingerprint(self.x.grad)
            for k, (W, R, b, _) in enumerate(self.lstm.all_weights):
                results |= {f'{k}.W': fingerprint(W.grad), f'{k}.R': fingerprint(R.grad), f'{k}.b': fingerprint(b.grad)}
                results |= {f'{k}.h': fingerprint(self.h0.grad[k]), f'{k}.c': fingerprint(self.c0.grad[k])}
        return 'check ' + ' '.join(f'{name} {value}' for name, value in results.items())

    def run(self, repetitions):
        self.train()  # what the system before has left in the caches does not count
        forward, train = [self.forward() for _ in range(repetitions)], [self.train() for _ in range(repetitions)]
        return f'times {statistics.median(forward)} {statistics.median(train)} {min(forward)} {min(train)}'


def milliseconds_since(start):
    return (time.perf_counter() - start) * 1e3


def blas():
    """Which BLAS is in use, and for which kind of threads it was built."""
    with open('/proc/self/maps') as maps:
        files = {line.split()[-1] for line in maps if 'blas' in line}
    for file in files:
        library = ctypes.CDLL(file)
        if hasattr(library, 'openblas_get_parallel'):
            return 'OpenBLAS for ' + ('one thread', 'pthreads', 'OpenMP')[library.openblas_get_parallel()]
    return 'another BLAS'


def main():
    torch.set_num_threads(int(os.environ['OMP_NUM_THREADS']))
    print(f'ready PyTorch {torch.__version__} with {blas()}', flush=True)
    model = None
    for line in sys.stdin:
        command, *words = line.split()
        try:
            if command == 'load':
                model = None
                model, reply = Model(*map(int, words[:5]), training=words[6] == 'training'), 'loaded'
            elif command == 'check':
                reply = model.check()
            elif command == 'run':
                reply = model.run(int(words[0]))
            else:
                raise ValueError(f'did not expect: {line.strip()}')
        except Exception as failure:
            reply = 'error ' + ' '.join(str(failure).split())
        print(reply, flush=True)


main()
