/** What the paper claims, as the server says it, in Chinese. */
export const claimsInChinese: Record<string, string> = {
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
