// Gradients, gradient modes, and functions whose two directions are written in C#.
#include "shim.h"

#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

using namespace alster;

ALSTER_API int at_requires_grad(TensorPtr tensor) { return tensor->requires_grad(); }
ALSTER_API int at_set_requires_grad(TensorPtr tensor, int wanted) { RETURN_DONE(tensor->set_requires_grad(wanted != 0)); }
ALSTER_API int at_is_leaf(TensorPtr tensor) { return tensor->is_leaf(); }
ALSTER_API int at_retain_grad(TensorPtr tensor) { RETURN_DONE(tensor->retain_grad()); }

// Null without an error: there is no gradient.
ALSTER_API TensorPtr at_grad(TensorPtr tensor) {
    return guard([&]() -> TensorPtr {
        const auto& grad = tensor->grad();
        return grad.defined() ? new at::Tensor(grad) : nullptr;
    });
}

ALSTER_API int at_set_grad(TensorPtr tensor, TensorPtr grad) { RETURN_DONE(tensor->mutable_grad() = orUndefined(grad)); }

ALSTER_API int at_backward(TensorPtr const* tensors, int count, TensorPtr const* gradients, int gradientCount, int retainGraph, int createGraph, TensorPtr const* inputs, int inputCount) {
    RETURN_DONE(torch::autograd::backward(list(tensors, count), list(gradients, gradientCount), retainGraph != 0, createGraph != 0, list(inputs, inputCount)));
}

ALSTER_API int at_autograd_grad(TensorPtr const* outputs, int count, TensorPtr const* inputs, int inputCount, TensorPtr const* gradients, int gradientCount, int retainGraph, int createGraph, int allowUnused, TensorPtr* results) {
    return guard([&] {
        auto grads = torch::autograd::grad(list(outputs, count), list(inputs, inputCount), list(gradients, gradientCount), retainGraph != 0, createGraph != 0, allowUnused != 0);
        for (int i = 0; i < inputCount; i++)
            results[i] = grads[i].defined() ? new at::Tensor(grads[i]) : nullptr;
        return 1;
    });
}

ALSTER_API int alster_grad_enabled() { return at::GradMode::is_enabled(); }
ALSTER_API void alster_set_grad_enabled(int enabled) { at::GradMode::set_enabled(enabled != 0); }
ALSTER_API int alster_inference_enabled() { return c10::InferenceMode::is_enabled(); }
ALSTER_API void* alster_inference_enter(int enabled) { return guard([&]() -> void* { return new c10::InferenceMode(enabled != 0); }); }
ALSTER_API void alster_inference_leave(void* mode) { delete static_cast<c10::InferenceMode*>(mode); }

// C# side of a node. `backward` gets boxed gradients it must not free (null: undefined) and writes boxed results that the
// node takes over (null: no gradient); it returns 1, or 0 after alster_set_error. `release` drops the managed object.
using BackwardCallback = int (*)(void* managed, TensorPtr const* gradients, int gradientCount, TensorPtr* results, int resultCount);
using ReleaseCallback = void (*)(void* managed);

ALSTER_API int alster_take_error(char* buffer, int capacity);

namespace {
struct ManagedNode final : torch::autograd::Node {
    BackwardCallback backward;
    ReleaseCallback release;
    void* managed;
    std::vector<torch::autograd::SavedVariable> saved;

    ManagedNode(BackwardCallback backward, ReleaseCallback release, void* managed)
        : backward(backward), release(release), managed(managed) {}

    ~ManagedNode() override { release(managed); }

    std::string name() const override { return "ManagedFunction"; }

    void release_variables() override {
        for (auto& variable : saved)
            variable.reset_data();
    }

    torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
        std::vector<TensorPtr> given(gradients.size()), returned(num_outputs(), nullptr);
        for (size_t i = 0; i < gradients.size(); i++)
            given[i] = gradients[i].defined() ? &gradients[i] : nullptr;
        auto done = backward(managed, given.data(), static_cast<int>(given.size()), returned.data(), static_cast<int>(returned.size()));
        torch::autograd::variable_list results(returned.size());
        for (size_t i = 0; i < returned.size(); i++) {
            if (returned[i])
                results[i] = std::move(*returned[i]);
            delete returned[i];
        }
        if (!done) {
            char text[4096];
            throw std::runtime_error(alster_take_error(text, sizeof text) ? text : "A managed backward function failed.");
        }
        return results;
    }
};

using NodeHolder = std::shared_ptr<ManagedNode>;
} // namespace

// A node whose next edges are those of the inputs; freed by alster_node_free (the graph then holds it alone).
ALSTER_API void* alster_node_create(TensorPtr const* inputs, int count, BackwardCallback backward, ReleaseCallback release, void* managed) {
    return guard([&]() -> void* {
        auto tensors = list(inputs, count);
        NodeHolder node(new ManagedNode(backward, release, managed), torch::autograd::deleteNode);
        node->set_next_edges(torch::autograd::collect_next_edges(tensors));
        return new NodeHolder(std::move(node));
    });
}

// Makes the tensor an output of the node, in place. What is a view, or known elsewhere too, becomes a tensor of its own on
// the same memory first: its history must not be rewritten.
ALSTER_API int alster_node_output(void* holder, TensorPtr output, int differentiable) {
    return guard([&] {
        auto& node = *static_cast<NodeHolder*>(holder);
        if (output->requires_grad() || output->is_view() || output->use_count() > 1)
            *output = output->detach();
        if (differentiable && at::isFloatingType(output->scalar_type()))
            torch::autograd::set_history(*output, node);
        else
            node->add_input_metadata(torch::autograd::Node::undefined_input());
        return 1;
    });
}

ALSTER_API int alster_node_save(void* holder, TensorPtr const* tensors, int count) {
    return guard([&] {
        auto& node = *static_cast<NodeHolder*>(holder);
        node->saved.clear();
        for (int i = 0; i < count; i++) {
            auto tensor = orUndefined(tensors[i]);
            auto isOutput = tensor.defined() && tensor.grad_fn() == node;
            node->saved.emplace_back(tensor, isOutput);
        }
        return 1;
    });
}

// During backward: the saved tensors, boxed for the caller; fails when one was changed in place or freed. Null: was undefined.
ALSTER_API int alster_node_saved(void* raw, TensorPtr* out, int count) {
    return guard([&] {
        auto* node = static_cast<ManagedNode*>(raw);
        for (int i = 0; i < count; i++) {
            auto tensor = node->saved.at(i).unpack(node->shared_from_this());
            out[i] = tensor.defined() ? new at::Tensor(tensor) : nullptr;
        }
        return 1;
    });
}

ALSTER_API void* alster_node_pointer(void* holder) { return static_cast<NodeHolder*>(holder)->get(); }
ALSTER_API void alster_node_free(void* holder) { delete static_cast<NodeHolder*>(holder); }
