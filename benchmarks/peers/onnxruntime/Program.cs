using Lstm.Benchmarks.Worker;
using Lstm.Peers.OnnxRuntime;
using Microsoft.ML.OnnxRuntime;

return new WorkerLoop(work => new OnnxWorkload(work)).Run($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}");
