using Lstm.Benchmarks.Worker;
using Lstm.Peers.Torch;
using TorchSharp;

torch.set_num_threads(WorkerLoop.Threads);
return new WorkerLoop(work => work.Mode == WorkMode.Characters ? new TorchCharacterWorkload(work) : new TorchWorkload(work))
    .Run($"PyTorch {torch.__version__} in TorchSharp 0.107.0");
