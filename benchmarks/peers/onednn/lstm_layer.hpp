// One LSTM layer as oneDNN trains it: the fused primitive, the weights in the formats it asks for, and the gradients.
#pragma once
#include <oneapi/dnnl/dnnl.hpp>

#include <cstring>
#include <unordered_map>
#include <utility>

#if DNNL_VERSION_MAJOR != 2
#error "this peer is written for oneDNN 2"
#endif

// What a model does: forward and backward, with a gradient of the output at every step or at the last one alone; forward alone, from the
// same states every time or from those that the pass before has left.
enum class Mode { training, last, sequences, steps };

struct Shape {
    long input, hidden, batch, steps;
    bool peepholes;
    Mode mode;
    float forgetBias;

    bool training() const { return mode == Mode::training || mode == Mode::last; }
};

// Weights that are brought into a primitive's own format.
struct PackedWeights {
    dnnl::memory plain, packed;
    dnnl::reorder reorder;

    PackedWeights() = default;
    PackedWeights(const dnnl::memory &weights, const dnnl::memory::desc &format)
        : plain(weights), packed(format, weights.get_engine()), reorder(plain, packed) {}

    void pack(dnnl::stream &stream) { reorder.execute(stream, plain, packed); }
};

class LstmLayer {
public:
    using memory = dnnl::memory;

    memory x, y, h0, c0, hT, cT;        // [T,B,I] [T,B,H] and states [B,H]
    memory W, R, b, p;                  // [I,4,H] [H,4,H] [4,H] [3,H], gates i f g o, peepholes i f o
    memory dx, dy, dh0, dc0, dhT, dcT;  // as x, y and the states
    memory dW, dR, db, dp;              // dW and dR in the primitive's format

    LstmLayer(const dnnl::engine &engine, const Shape &shape, const memory &input) : x(input), engine_(engine) {
        using tag = memory::format_tag;
        const long I = shape.input, H = shape.hidden, B = shape.batch, T = shape.steps;
        const auto xs = describe({T, B, I}, tag::tnc), ys = describe({T, B, H}, tag::tnc), state = describe({1, 1, B, H}, tag::ldnc);
        const auto bias = describe({1, 1, 4, H}, tag::ldgo);
        const auto peephole = shape.peepholes ? describe({1, 1, 3, H}, tag::ldgo) : memory::desc();
        const auto anyW = describe({1, 1, I, 4, H}, tag::any), anyR = describe({1, 1, H, 4, H}, tag::any);
        const auto direction = dnnl::rnn_direction::unidirectional_left2right;
        using dnnl::prop_kind;

        make(W, describe({1, 1, I, 4, H}, tag::ldigo)), make(R, describe({1, 1, H, 4, H}, tag::ldigo)), make(b, bias), make(p, peephole);
        make(y, ys), make(h0, state), make(c0, state), make(hT, state), make(cT, state);
        const dnnl::lstm_forward::primitive_desc forward(
            {shape.training() ? prop_kind::forward_training : prop_kind::forward_inference, direction,
             xs, state, state, anyW, anyR, peephole, bias, ys, state, state}, engine);
        forward_ = dnnl::lstm_forward(forward);
        forwardW_ = {W, forward.weights_layer_desc()}, forwardR_ = {R, forward.weights_iter_desc()};
        make(workspace_, forward.workspace_desc());
        if (!shape.training()) {
            return;
        }

        const dnnl::lstm_backward::primitive_desc backward(
            {prop_kind::backward, direction,
             xs, state, state, anyW, anyR, peephole, bias, ys, state, state,
             xs, state, state, anyW, anyR, peephole, bias, ys, state, state}, engine, forward);
        backward_ = dnnl::lstm_backward(backward);
        backwardW_ = {W, backward.weights_layer_desc()}, backwardR_ = {R, backward.weights_iter_desc()};
        make(dW, backward.diff_weights_layer_desc()), make(dR, backward.diff_weights_iter_desc()), make(db, bias), make(dp, peephole);
        make(dx, xs), make(dy, ys), make(dh0, state), make(dc0, state), make(dhT, state), make(dcT, state);
    }

    void packForward(dnnl::stream &stream) { forwardW_.pack(stream), forwardR_.pack(stream); }

    void packBackward(dnnl::stream &stream) { backwardW_.pack(stream), backwardR_.pack(stream); }

    void forward(dnnl::stream &stream) {
        forward_.execute(stream, {
            {DNNL_ARG_SRC_LAYER, x}, {DNNL_ARG_SRC_ITER, h0}, {DNNL_ARG_SRC_ITER_C, c0},
            {DNNL_ARG_WEIGHTS_LAYER, forwardW_.packed}, {DNNL_ARG_WEIGHTS_ITER, forwardR_.packed},
            {DNNL_ARG_BIAS, b}, {DNNL_ARG_WEIGHTS_PEEPHOLE, p},
            {DNNL_ARG_DST_LAYER, y}, {DNNL_ARG_DST_ITER, hT}, {DNNL_ARG_DST_ITER_C, cT}, {DNNL_ARG_WORKSPACE, workspace_}});
    }

    // Lets the next pass begin where this one has ended.
    void carryStates() { std::swap(h0, hT), std::swap(c0, cT); }

    void backward(dnnl::stream &stream) {
        clear(dW), clear(dR), clear(db), clear(dp);  // the primitive adds to them
        backward_.execute(stream, {
            {DNNL_ARG_SRC_LAYER, x}, {DNNL_ARG_SRC_ITER, h0}, {DNNL_ARG_SRC_ITER_C, c0},
            {DNNL_ARG_WEIGHTS_LAYER, backwardW_.packed}, {DNNL_ARG_WEIGHTS_ITER, backwardR_.packed},
            {DNNL_ARG_BIAS, b}, {DNNL_ARG_WEIGHTS_PEEPHOLE, p},
            {DNNL_ARG_DST_LAYER, y}, {DNNL_ARG_DST_ITER, hT}, {DNNL_ARG_DST_ITER_C, cT}, {DNNL_ARG_WORKSPACE, workspace_},
            {DNNL_ARG_DIFF_SRC_LAYER, dx}, {DNNL_ARG_DIFF_SRC_ITER, dh0}, {DNNL_ARG_DIFF_SRC_ITER_C, dc0},
            {DNNL_ARG_DIFF_WEIGHTS_LAYER, dW}, {DNNL_ARG_DIFF_WEIGHTS_ITER, dR},
            {DNNL_ARG_DIFF_BIAS, db}, {DNNL_ARG_DIFF_WEIGHTS_PEEPHOLE, dp},
            {DNNL_ARG_DIFF_DST_LAYER, dy}, {DNNL_ARG_DIFF_DST_ITER, dhT}, {DNNL_ARG_DIFF_DST_ITER_C, dcT}});
    }

private:
    static memory::desc describe(const memory::dims &dims, memory::format_tag layout) { return {dims, memory::data_type::f32, layout}; }

    static void clear(memory &values) {
        if (values) {
            std::memset(values.get_data_handle(), 0, values.get_desc().get_size());
        }
    }

    // Nothing where there is nothing to hold: no peepholes, no workspace.
    void make(memory &values, const memory::desc &description) {
        if (description.get_size() > 0) {
            values = memory(description, engine_);
            clear(values);
        }
    }

    dnnl::engine engine_;
    dnnl::lstm_forward forward_;
    dnnl::lstm_backward backward_;
    PackedWeights forwardW_, forwardR_, backwardW_, backwardR_;
    memory workspace_;
};
