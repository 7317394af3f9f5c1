// A stack of LSTM layers with the numbers of test_data.hpp: its forward pass, its training step, and the check of their results.
#pragma once
#include <chrono>
#include <cmath>
#include <cstring>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "lstm_layer.hpp"
#include "test_data.hpp"

using dnnl::memory;

inline void fill(const memory &target, uint32_t tensor, float scale) {
    float *values = static_cast<float *>(target.get_data_handle());
    for (std::size_t n = 0; n < target.get_desc().get_size() / sizeof(float); n++) {
        values[n] = number(tensor, n) * scale;
    }
}

// Numbers of [4,H,inputs], as the other systems keep weights, at their place in oneDNN's [inputs,4,H].
template <class Visit>
void visitWeights(const memory &weights, Visit visit) {
    float *values = static_cast<float *>(weights.get_data_handle());
    const long inputs = weights.get_desc().dims()[2], rows = 4 * weights.get_desc().dims()[4];
    for (long row = 0; row < rows; row++) {
        for (long i = 0; i < inputs; i++) {
            visit(values[i * rows + row], static_cast<std::size_t>(row * inputs + i));
        }
    }
}

class Model {
public:
    Model(const Shape &shape, int layers) : training_(shape.training) {
        memory input({{shape.steps, shape.batch, shape.input}, memory::data_type::f32, memory::format_tag::tnc}, engine_);
        fill(input, id(Tensor::x), 1.0f);
        for (int k = 0; k < layers; k++) {
            Shape above = shape;
            above.input = k == 0 ? shape.input : shape.hidden;
            layers_.push_back(std::make_unique<LstmLayer>(engine_, above, input));
            fillLayer(*layers_[k], k, 1.0f / std::sqrt(static_cast<float>(shape.hidden)));
            layers_[k]->packForward(stream_);
            input = layers_[k]->y;
        }

        if (training_) {
            for (int k = 0; k + 1 < layers; k++) {
                layers_[k]->dy = layers_[k + 1]->dx;
            }
            outputGradient_ = memory(layers_.back()->dy.get_desc(), engine_);
            fill(outputGradient_, id(Tensor::dy), 1.0f);
        }
        stream_.wait();
    }

    // Returns the milliseconds of a forward pass.
    double forward() {
        const auto start = std::chrono::steady_clock::now();
        for (auto &layer : layers_) {
            if (training_) {
                layer->packForward(stream_);  // the optimiser has changed the weights
            }
            layer->forward(stream_);
        }
        stream_.wait();
        return millisecondsSince(start);
    }

    // Returns the milliseconds of a training step without its loss, which would write the gradient of the output.
    double train() {
        const double forwardTime = forward();
        if (!training_) {
            return forwardTime;
        }
        std::memcpy(layers_.back()->dy.get_data_handle(), outputGradient_.get_data_handle(), outputGradient_.get_desc().get_size());
        const auto start = std::chrono::steady_clock::now();
        for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
            (*layer)->packBackward(stream_);
            (*layer)->backward(stream_);
        }
        stream_.wait();
        return forwardTime + millisecondsSince(start);
    }

    // Two numbers for each result, which tell whether it is what the other systems have.
    std::string check() {
        train();
        std::ostringstream line;
        line.precision(9);
        line << "check y " << fingerprint(layers_.back()->y);
        if (training_) {
            line << " dx " << fingerprint(layers_[0]->dx);
        }
        for (std::size_t k = 0; training_ && k < layers_.size(); k++) {
            LstmLayer &layer = *layers_[k];
            line << ' ' << k << ".W " << fingerprintWeights(layer.dW, layer.W) << ' ' << k << ".R " << fingerprintWeights(layer.dR, layer.R);
            line << ' ' << k << ".b " << fingerprint(layer.db) << ' ' << k << ".h " << fingerprint(layer.dh0) << ' ' << k << ".c " << fingerprint(layer.dc0);
            if (layer.dp) {
                line << ' ' << k << ".p " << fingerprint(layer.dp);
            }
        }
        return line.str();
    }

private:
    static double millisecondsSince(std::chrono::steady_clock::time_point start) {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }

    static void fillLayer(LstmLayer &layer, int k, float scale) {
        visitWeights(layer.W, [&](float &value, std::size_t n) { value = number(id(Tensor::W, k), n) * scale; });
        visitWeights(layer.R, [&](float &value, std::size_t n) { value = number(id(Tensor::R, k), n) * scale; });
        fill(layer.b, id(Tensor::b, k), 0.1f);
        fill(layer.h0, id(Tensor::h0, k), 0.5f);
        fill(layer.c0, id(Tensor::c0, k), 0.5f);
        if (layer.p) {
            fill(layer.p, id(Tensor::p, k), 0.1f);
        }
    }

    static std::string fingerprint(const memory &values) {
        const float *numbers = static_cast<const float *>(values.get_data_handle());
        Fingerprint result;
        for (std::size_t n = 0; n < values.get_desc().get_size() / sizeof(float); n++) {
            result.add(numbers[n], n);
        }
        return result.text();
    }

    std::string fingerprintWeights(memory &gradient, const memory &weights) {
        memory plain(weights.get_desc(), engine_);
        dnnl::reorder(gradient, plain).execute(stream_, gradient, plain);
        stream_.wait();
        Fingerprint result;
        visitWeights(plain, [&](float value, std::size_t n) { result.add(value, n); });
        return result.text();
    }

    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};
    std::vector<std::unique_ptr<LstmLayer>> layers_;
    memory outputGradient_;
    bool training_;
};
