// A stack of LSTM layers with the numbers of test_data.hpp: its forward pass, its training step, and the check of their results.
#pragma once
#include <algorithm>
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
    Model(const Shape &shape, int layers) : shape_(shape) {
        memory input({{shape.steps, shape.batch, shape.input}, memory::data_type::f32, memory::format_tag::tnc}, engine_);
        fill(input, id(Tensor::x), 1.0f);
        for (int k = 0; k < layers; k++) {
            Shape above = shape;
            above.input = k == 0 ? shape.input : shape.hidden;
            layers_.push_back(std::make_unique<LstmLayer>(engine_, above, input));
            fillLayer(*layers_[k], k);
            layers_[k]->packForward(stream_);
            input = layers_[k]->y;
        }

        if (shape.training()) {
            for (int k = 0; k + 1 < layers; k++) {
                layers_[k]->dy = layers_[k + 1]->dx;
            }
            outputGradient_ = memory(layers_.back()->dy.get_desc(), engine_);
            fill(outputGradient_, id(Tensor::dy), 1.0f);
            if (shape.mode == Mode::last) {
                const std::size_t before = static_cast<std::size_t>((shape.steps - 1) * shape.batch * shape.hidden);
                std::memset(outputGradient_.get_data_handle(), 0, before * sizeof(float));
            }
        }
        fillStates();
        stream_.wait();
    }

    bool training() const { return shape_.training(); }

    // Returns the milliseconds of a forward pass.
    double forward() {
        const auto start = std::chrono::steady_clock::now();
        for (auto &layer : layers_) {
            if (shape_.training()) {
                layer->packForward(stream_);  // the optimiser has changed the weights
            }
            layer->forward(stream_);
        }
        stream_.wait();
        if (shape_.mode == Mode::steps) {
            for (auto &layer : layers_) {
                layer->carryStates();
            }
        }
        return millisecondsSince(start);
    }

    // Returns the milliseconds of a training step without its loss, which would write the gradient of the output.
    double train() {
        const double forwardTime = forward();
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
        fillStates();
        shape_.training() ? train() : forward();
        std::ostringstream line;
        line.precision(9);
        line << "check y " << fingerprint(layers_.back()->y);
        if (shape_.training()) {
            line << " dx " << fingerprint(layers_[0]->dx);
        }
        for (std::size_t k = 0; shape_.training() && k < layers_.size(); k++) {
            LstmLayer &layer = *layers_[k];
            line << ' ' << k << ".W " << fingerprintWeights(layer.dW, layer.W);
            line << ' ' << k << ".R " << fingerprintWeights(layer.dR, layer.R);
            line << ' ' << k << ".b " << fingerprint(layer.db);
            line << ' ' << k << ".h " << fingerprint(layer.dh0);
            line << ' ' << k << ".c " << fingerprint(layer.dc0);
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

    void fillLayer(LstmLayer &layer, int k) {
        const float scale = 1.0f / std::sqrt(static_cast<float>(shape_.hidden));
        visitWeights(layer.W, [&](float &value, std::size_t n) { value = number(id(Tensor::W, k), n) * scale; });
        visitWeights(layer.R, [&](float &value, std::size_t n) { value = number(id(Tensor::R, k), n) * scale; });
        fill(layer.b, id(Tensor::b, k), 0.1f);
        float *forget = static_cast<float *>(layer.b.get_data_handle()) + shape_.hidden;
        std::for_each(forget, forget + shape_.hidden, [&](float &bias) { bias += shape_.forgetBias; });
        if (layer.p) {
            fill(layer.p, id(Tensor::p, k), 0.1f);
        }
    }

    void fillStates() {
        for (std::size_t k = 0; k < layers_.size(); k++) {
            fill(layers_[k]->h0, id(Tensor::h0, static_cast<int>(k)), 0.5f);
            fill(layers_[k]->c0, id(Tensor::c0, static_cast<int>(k)), 0.5f);
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

    Shape shape_;
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};
    std::vector<std::unique_ptr<LstmLayer>> layers_;
    memory outputGradient_;
};
