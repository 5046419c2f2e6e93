import type { Sayings } from '../../told';

/** What a run isn't like the paper's, as the server says it. */
export const differenceSayings: Sayings = [
    [/^images of (.+) instead of 28×28$/, '图像为 {1}，而非 28×28'],
    [/^(\S+) grey$/, '$1 灰度'],
    [/^rows? of ([\d,]+)$/, '每行 $1 个数'],
    [/^(.+) instead of images of 28×28$/, '{1}，而非 28×28 的图像'],
    [/^(\S+) instead of mnist$/, '$1，而非 mnist'],
    [/^([\d,]+) training (?:image|row)s? instead of ([\d,]+)$/, '$1 幅训练图像，而非 $2 幅'],
    [/^up to ([\d,]+) active features instead of ([\d,]+)$/, '至多 $1 个激活的特征，而非 $2 个'],
    [/^([\d,]+) active features instead of ([\d,]+)$/, '$1 个激活的特征，而非 $2 个'],
    [/^([\d,]+) features? instead of ([\d,]+)$/, '$1 个特征，而非 $2 个'],
    [/^([\d,]+) members? instead of ([\d,]+)$/, '$1 个成员，而非 $2 个'],
    [/^([\d,]+) epochs? instead of ([\d,]+)$/, '$1 轮，而非 $2 轮'],
    [/^no consistency loss$/, '没有一致性损失'],
    [/^batches of ([\d,]+) instead of ([\d,]+)$/, '每批 $1 幅，而非 $2 幅'],
    [/^a learning rate of (\S+) instead of (\S+)$/, '学习率 $1，而非 $2'],
    [/^another rule of selection instead of TopK$/, '选择规则不是 TopK'],
    [/^positive activations only \(ReLU\)$/, '只取正激活（ReLU）'],
    [/^a decoder of its own instead of tied weights$/, '解码器独立，而非共享权重'],
    [/^a pre-bias$/, '有预偏置'],
    [/^an encoder bias$/, '有编码器偏置'],
    [/^decoder rows of length 1$/, '解码器的行长度为 1'],
    [/^features that start as (.+)$/, '特征的初始值为 $1'],
    [/^a rate that rises over the first (\S+) % of the steps$/, '学习率在前 $1 % 的步中上升'],
    [/^a rate that falls over the last (\S+) % of the steps$/, '学习率在最后 $1 % 的步中下降'],
    [/^an auxiliary term for inactive features$/, '有针对未激活特征的辅助项'],
    [/^no re-initialisation$/, '没有重新初始化'],
    [/^gradients of bounded norm$/, '梯度范数有界'],
    [/^averaged parameters$/, '参数取平均'],
];

/** What the run measured of a claim, or why it couldn't. */
export const measuredSayings: Sayings = [
    [/^(.+); but (.+)$/, '{1}；但{2}'],
    [/^(\S+) … (\S+) of (\S+), mean (\S+)$/, '$3 个中的 $1 … $2 个，平均 $4'],
    [/^(\S+ ?%) of the features, (\S+ ?%) of the input's dimensions$/, '特征的 $1，输入维度的 $2'],
    [/^(\S+) in this run's encoder and decoder, (\S+) tied$/, '本次运行的编码器和解码器共 $1，共享权重时 $2'],
    [/^(\S+) a member, (\S+) untied$/, '每个成员 $1，不共享时 $2'],
    [
        /^correlation (\S+) \(step 0: (\S+)\); (\S+ ?%) of a code's features active in both members \(by chance (\S+ ?%)\), (.+)$/,
        '相关系数 $1（第 0 步：$2）；编码的特征中 $3 在两个成员中都激活（偶然为 $4），{5}',
    ],
    [
        /^correlation (\S+); (\S+ ?%) of a code's features active in both members \(by chance (\S+ ?%)\), (.+)$/,
        '相关系数 $1；编码的特征中 $2 在两个成员中都激活（偶然为 $3），{4}',
    ],
    [/^\|cosine\| (\S+) \(step 0: (\S+)\); (\S+ ?%) matched to their own number, (.+)$/, '|余弦| $1（第 0 步：$2）；$3 与同编号的特征匹配，{4}'],
    [/^\|cosine\| (\S+); (\S+ ?%) matched to their own number, (.+)$/, '|余弦| $1；$2 与同编号的特征匹配，{3}'],
    [/^there was no such loss: λ = 0$/, '没有这项损失：λ = 0'],
    [/^at λ = (\S+)$/, 'λ = $1'],
    [/^the run has ([\d,]+) epochs?$/, '本次运行只有 $1 轮'],
    [/^held-out \/ training MSE (\S+), falling every epoch$/, '留出 / 训练 MSE $1，每轮下降'],
    [/^held-out \/ training MSE (\S+), not falling every epoch$/, '留出 / 训练 MSE $1，并非每轮下降'],
    [/^(\S+) \((\S+) on training (?:image|row)s\), MSE (\S+)$/, '$1（训练图像 $2），MSE $3'],
    [/^no SSIM: it needs images of at least 11×11$/, '没有 SSIM：图像至少要有 11×11'],
    [/^(\S+) \(class (.+?)\) … (\S+) \(class (.+?)\)$/, '$1（类别 $2）… $3（类别 $4）'],
    [/^(\S+) times \((\S+), class (.+?) … (\S+), class (.+?)\)$/, '$1 倍（$2，类别 $3 … $4，类别 $5）'],
    [/^there are no labels of at least two classes$/, '没有至少两个类别的标签'],
    [/^one member: nothing to compare$/, '只有一个成员：没有可比较的对象'],
    [/^it has no value: nothing varies, or no feature is active$/, '没有数值：没有变化，或没有特征激活'],
    [
        /^an earlier version of tangram evaluated this run by cosines, which mostly compare the members' means; 'tangram evaluate' measures it$/,
        '较早版本的 tangram 用余弦评估本次运行，余弦主要比较各成员的均值；可用“tangram evaluate”测量',
    ],
    [/^all (?:image|row)s are equal, so there is nothing to explain$/, '所有图像都相同，没有可解释的内容'],
    [/^the mean (?:image|row) alone has a Pearson of (\S+): it can't show what was learned$/, '仅用平均图像 Pearson 就有 $1：它不能说明学到了什么'],
    [
        /^reconstructions are further off than the mean (?:image|row) is \(FVU (\S+)\): nothing was learned$/,
        '重建比平均图像偏差更大（FVU $1）：什么也没有学到',
    ],
    [
        /^training changed next to nothing: MSE (\S+) before the first step, (\S+) after the last$/,
        '训练几乎没有带来变化：第一步之前 MSE 为 $1，最后一步之后为 $2',
    ],
];

/** What the server says most of images that are no paper's; the rest stays English. */
export const findingSayings: Sayings = [
    [/^These scores can't show that anything was learned: (.+)\.$/, '这些分数不能说明学到了什么：{1}。'],
    [
        /^([\d,]+) (?:image|row)s? of (.+) were learned from, ([\d,]+) of (.+) held out(?:, of ([\d,]+) classes \((.+)\))?; each is (.+)\.$/,
        '从 $2 的 $1 幅图像学习，留出 $4 的 $3 幅；每幅为 {7}。',
    ],
    [
        /^With (\S+) of (\S+) features each, reconstructions keep (\S+ ?%) of what varies between the held-out (?:image|row)s(?: \(before training: (.+)\))?; Pearson is (\S+), of the mean (?:image|row) alone (\S+)\.$/,
        '每幅用 $2 个特征中的 $1 个，重建保留了留出图像之间差异的 $3；Pearson 为 $5，仅用平均图像为 $6。',
    ],
    [
        /^(.+) is rebuilt best \(MSE (\S+)\), (.+) worst \((\S+)\): classes of (?:much ink or contrast|larger values) have larger errors\.$/,
        '$1 重建得最好（MSE $2），$3 最差（$4）：墨迹或对比度大的类别误差更大。',
    ],
    [
        /^([\d,]+) (?:image|row)s? are few for ([\d,]+) features: more (?:image|row)s, or fewer features \((.+)\)\.$/,
        '$1 幅图像对 $2 个特征来说太少：需要更多图像，或更少的特征（$3）。',
    ],
    [
        /^The held-out error still fell by (\S+ ?%) in the last epoch: more epochs would lower it \((.+)\)\.$/,
        '留出误差在最后一轮仍下降了 $1：训练更多轮会更低（$2）。',
    ],
    [
        /^(\S+ ?%) of the features are dead: none of the ([\d,]+) (?:image|row)s of (.+) activates them\..*$/,
        '$1 的特征失活：$3 的 $2 幅图像中没有一幅激活它们。更少的特征同样好，或用 --preset modern、更低的 --learning-rate。',
    ],
    [/^(\S+) grey$/, '$1 灰度'],
    [/^rows? of ([\d,]+)$/, '$1 个数'],
    [/^([\d,]+) numbers?$/, '$1 个数'],
    ...measuredSayings,
];

/** What the paper claims, as the server says it, in Chinese. */
const claims: Record<string, string> = {
    'k of the features are non-zero in every code (exactly k)': '每个编码中恰有 k 个特征非零',
    'about 5 % of "the input space\'s features" are active': '“输入空间的特征”约有 5 % 被激活',
    'about 5 % of the features are active (4.5 … 5.5 %)': '约 5 % 的特征被激活（4.5 … 5.5 %）',
    'tied weights have fewer parameters (half)': '共享权重使参数更少（一半）',
    "the consistency loss makes members' codes similar (a feature's activations in two members correlate above .5 over images, by .1 more than at step 0)":
        '一致性损失使各成员的编码相似（同一特征在两个成员中的激活值在各图像上的相关系数高于 .5，且比第 0 步高 .1）',
    'the consistency loss makes members learn similar features (matched one to one their mean |cosine| is above .7, by .1 more than at step 0)':
        '一致性损失使各成员学到相似的特征（一一匹配后平均 |余弦| 高于 .7，且比第 0 步高 .1）',
    'quality rises steadily (Pearson higher after every epoch)': '质量稳步提高（每轮之后 Pearson 都更高）',
    'Pearson about .97 in epochs 4 and 5 (within .005)': '第 4、5 轮的 Pearson 约 .97（相差不超过 .005）',
    'Pearson has settled in epochs 4 and 5 (changes by less than .001)': '第 4、5 轮的 Pearson 已趋稳定（变化小于 .001）',
    'no overfitting (held-out MSE falls every epoch and ends within 5 % of training MSE)':
        '没有过拟合（留出集 MSE 每轮下降，最终与训练 MSE 相差不超过 5 %）',
    'Pearson > .96 after the first epoch': '第一轮之后 Pearson > .96',
    'mean Pearson about .97 (at least .965)': '平均 Pearson 约 .97（至少 .965）',
    'reconstructions keep the key structure and details (mean SSIM at least .9)': '重建保留了关键结构和细节（平均 SSIM 至少 .9）',
    'quality is high for every class (each Pearson at least .95)': '每个类别的质量都高（各类 Pearson 至少 .95）',
    'quality is even over classes (largest MSE at most twice the smallest)': '各类别的质量均衡（最大 MSE 不超过最小的两倍）',
};

/** Claims are whole sentences: nothing in them depends on the run. */
export const claimSayings: Sayings = Object.entries(claims);
