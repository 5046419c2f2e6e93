"""The same model by someone who knows PyTorch on CPUs well: no autograd, gathered instead of dense decoding, one product for the tied matrix's whole gradient,
Adam in place, and nothing allocated where PyTorch allows it.

L's gradient by W is zᵀe + δᵀx, with the scaled residual e = 2/(BD) (x̂ − x) and δ = e Wᵀ + the pull of consistency, where a feature is active: one product
[z; δ]ᵀ [e; x]. Each operation that can be written in several ways is timed in all of them on the first batch, and the fastest is kept.
"""
import torch
import torch.nn.functional as functional

from .choosing import Chooser

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
GATHERED_ROWS = 64 << 20  # bytes of rows that are worth gathering at once
ENCODED = (128, 512, 2048)


class Tuned:
    """gradient: "product" as above, or "lists": its rows gathered by embedding_bag from a list of each feature's entries, the way Tangram does it.
    half: the encoder's product in bfloat16."""

    def __init__(self, weights, recipe, gradient="product", half=False, chooser=None):
        torch.set_flush_denormal(True)
        self.recipe, self.gradient, self.half = recipe, gradient, half
        self.weights = [weight.clone() for weight in weights]
        self.first = [torch.zeros_like(weight) for weight in weights]
        self.second = [torch.zeros_like(weight) for weight in weights]
        self.steps = 0
        self.pre = torch.empty(recipe.batch, recipe.features)
        self.stacked = torch.empty(2 * recipe.batch, recipe.inputs)  # [e; x]
        self.codes = torch.zeros(2 * recipe.batch, recipe.features)  # [z; δ]
        self.total = torch.empty(recipe.batch, recipe.features)
        self.rows = torch.empty_like(self.weights[0])
        self.scratch = torch.empty_like(self.weights[0])
        self.features = torch.arange(recipe.features)
        self.rounded = [weight.bfloat16() for weight in weights] if half else None
        self.chooser = chooser or Chooser()

    @torch.inference_mode()
    def step(self, images, batch):
        recipe, count = self.recipe, len(batch)
        residual, x = self.stacked[:count], self.stacked[count:2 * count]
        torch.index_select(images, 0, batch, out=x)
        selected = [self.select(x, member) for member in range(recipe.members)]
        if recipe.members > 1:
            total = self.total[:count].zero_()
            for values, indices in selected:
                total.scatter_add_(1, indices, values)
        self.steps += 1
        loss = 0.0
        for member, (values, indices) in enumerate(selected):
            weight = self.weights[member]
            torch.sub(self.decode(values, indices, weight), x, out=residual)
            loss += torch.dot(residual.view(-1), residual.view(-1)).item() / residual.numel()
            residual.mul_(2 / residual.numel())
            pull = self.pull(residual, indices, weight)
            if recipe.members > 1:
                scale = 2 * recipe.consistency / ((recipe.members - 1) * count * recipe.features)
                pull.add_(values, alpha=scale * recipe.members).sub_(total.gather(1, indices), alpha=scale)
            self.update(member, count, values, indices, pull)
        return loss

    def select(self, x, member):
        if self.half:
            values, indices = torch.topk(x.bfloat16() @ self.rounded[member].t(), self.recipe.k, dim=1, sorted=False)
            return values.float(), indices
        pre = torch.mm(x, self.weights[member].t(), out=self.pre[:len(x)])
        return torch.topk(pre, self.recipe.k, dim=1, sorted=False)

    def decode(self, values, indices, weight):
        def gathered():
            return functional.embedding_bag(indices, weight, per_sample_weights=values, mode="sum")

        def dense():
            return self.codes[:len(values)].zero_().scatter_(1, indices, values) @ weight

        return self.chooser.run("decode", {"embedding_bag": gathered, "dense product": dense})

    def pull(self, residual, indices, weight):
        def dense():
            return torch.mm(residual, weight.t(), out=self.pre[:len(residual)]).gather(1, indices)

        def gathered():
            return weight[indices].mul_(residual.unsqueeze(1)).sum(2)

        def per_image():
            rows = self.rows[:indices.shape[1]]
            return torch.stack([torch.mv(torch.index_select(weight, 0, own, out=rows), row) for own, row in zip(indices, residual)])

        ways = {"dense product": dense, "an image's rows": per_image}
        if indices.numel() * weight.shape[1] * 4 <= GATHERED_ROWS:
            ways["gathered rows"] = gathered
        return self.chooser.run("pull", ways)

    def update(self, member, count, values, indices, pull):
        """The gradient and Adam, in blocks of rows that may stay in a cache."""
        rows_of = self.product_rows if self.gradient == "product" else self.list_rows
        gradient_of = rows_of(count, values, indices, pull)
        height = self.recipe.features

        def by(block):
            # While choices are measured, nothing is learned: Adam's numbers come back.
            for start in range(0, height, block):
                end = min(start + block, height)
                self.adam(member, start, end, gradient_of(start, end))

        blocks = sorted({min(block, height) for block in (64, 256, height)})
        self.chooser.run("rows of an update", {str(block): lambda block=block: by(block) for block in blocks},
                         state=(self.weights[member], self.first[member], self.second[member]))

    def product_rows(self, count, values, indices, pull):
        codes = self.codes[:2 * count].zero_()
        codes[:count].scatter_(1, indices, values)
        codes[count:].scatter_(1, indices, pull)
        return lambda start, end: torch.mm(codes[:, start:end].t(), self.stacked[:2 * count], out=self.rows[start:end])

    def list_rows(self, count, values, indices, pull):
        ordered, entries = torch.sort(indices.reshape(-1))
        images = entries.div(indices.shape[1], rounding_mode="floor")
        sources = torch.stack((images, images + count), 1).view(-1)
        weights = torch.stack((values.reshape(-1)[entries], pull.reshape(-1)[entries]), 1).view(-1)
        starts = torch.searchsorted(ordered, self.features) * 2
        ends = starts.tolist() + [len(sources)]

        def rows(start, end):
            own = slice(ends[start], ends[end])
            return functional.embedding_bag(sources[own], self.stacked[:2 * count], starts[start:end] - ends[start], mode="sum", per_sample_weights=weights[own])

        return rows

    def adam(self, member, start, end, gradient):
        first, second, weight = (tensors[member][start:end] for tensors in (self.first, self.second, self.weights))
        root = (1 - BETA2 ** self.steps) ** 0.5
        first.mul_(BETA1).add_(gradient, alpha=1 - BETA1)
        second.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
        divisor = torch.sqrt(second, out=self.scratch[start:end]).add_(EPSILON * root)
        weight.addcdiv_(first, divisor, value=-self.recipe.rate * root / (1 - BETA1 ** self.steps))
        if self.half:
            self.rounded[member][start:end].copy_(weight)

    @torch.inference_mode()
    def sparse_codes(self, images):
        """Member 0's codes of all images, as values and indices."""
        self.pre = torch.empty(max(ENCODED), self.recipe.features)
        return self.chooser.run("images encoded at once", {str(size): lambda size=size: [self.select(x, 0) for x in images.split(size)] for size in ENCODED})
