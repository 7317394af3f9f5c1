// oneDNN as a system of the `compare` command: reads one command a line and answers each with one line; ../README.md has the protocol.
#include <algorithm>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "lstm_model.hpp"

// Milliseconds of each repetition, sorted.
static std::vector<double> times(int repetitions, const std::function<double()> &work) {
    std::vector<double> all;
    for (int n = 0; n < repetitions; n++) {
        all.push_back(work());
    }
    std::sort(all.begin(), all.end());
    return all;
}

static double median(const std::vector<double> &sorted) {
    const std::size_t middle = sorted.size() / 2;
    return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

static std::unique_ptr<Model> load(std::istream &words) {
    Shape shape{};
    int layers = 0;
    std::string cell, mode;
    words >> shape.input >> shape.hidden >> layers >> shape.batch >> shape.steps >> cell >> mode >> shape.forgetBias;
    const std::map<std::string, Mode> modes{
        {"training", Mode::training}, {"last", Mode::last}, {"sequences", Mode::sequences}, {"steps", Mode::steps}};
    if (!words || (cell != "plain" && cell != "peephole") || modes.count(mode) == 0) {
        throw std::runtime_error("expected: load I H layers B T plain|peephole training|last|sequences|steps FORGET_BIAS");
    }
    shape.peepholes = cell == "peephole", shape.mode = modes.at(mode);
    return std::make_unique<Model>(shape, layers);
}

static std::string run(Model &model, int repetitions) {
    std::ostringstream line;
    line.precision(9);
    if (model.training()) {
        model.train();  // what the system before has left in the caches does not count
        const auto forward = times(repetitions, [&] { return model.forward(); });
        const auto train = times(repetitions, [&] { return model.train(); });
        line << "times " << median(forward) << ' ' << median(train) << ' ' << forward[0] << ' ' << train[0];
    } else {
        model.forward();
        const auto forward = times(repetitions, [&] { return model.forward(); });
        line << "times " << median(forward) << " - " << forward[0] << " -";
    }
    return line.str();
}

static std::string answer(const std::string &line, std::unique_ptr<Model> &model) {
    std::istringstream words(line);
    std::string command;
    int repetitions = 0;
    words >> command;
    if (command == "load") {
        model = nullptr;  // two models at once may not fit
        model = load(words);
        return "loaded";
    }
    if (command == "check" && model) {
        return model->check();
    }
    if (command == "run" && model && words >> repetitions && repetitions > 0) {
        return run(*model, repetitions);
    }
    throw std::runtime_error("did not expect: " + line);
}

static std::string instructions() {
    switch (dnnl::get_effective_cpu_isa()) {
        case dnnl::cpu_isa::sse41: return "SSE4.1";
        case dnnl::cpu_isa::avx: return "AVX";
        case dnnl::cpu_isa::avx2: return "AVX2";
        default: return "all instructions";
    }
}

int main() {
    const dnnl_version_t *version = dnnl_version();
    std::cout << "ready oneDNN " << version->major << '.' << version->minor << '.' << version->patch << ", " << instructions() << std::endl;
    std::unique_ptr<Model> model;
    for (std::string line; std::getline(std::cin, line);) {
        try {
            std::cout << answer(line, model) << std::endl;
        } catch (const std::exception &failure) {
            std::cout << "error " << failure.what() << std::endl;
        }
    }
}
