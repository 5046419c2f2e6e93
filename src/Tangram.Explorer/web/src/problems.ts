import type { Sayings } from './told';

/** What goes wrong most, as the server says it, in Chinese. */
export const problemSayings: Sayings = [
    [/^There is no feature (\S+); this model's features are (.+)\.$/, '没有特征 $1；该模型的特征为 $2。'],
    [/^There is no image (\S+); the images of (.+) are (\d+ … \d+)\.$/, '没有图像 $1；$2 的图像为 $3。'],
    [/^There is no member (\S+); this run's members are (.+)\.$/, '没有成员 $1；本次运行的成员为 $2。'],
    [/^There is no class (\S+); (.+)$/, '没有类别 $1。'],
    [/^There is no such choice; choose one of (.+)\.$/, '没有这个选项；请选择其中之一：$1。'],
    [
        /^The run on disk is no longer the one that was opened \((.+) has changed\); start 'tangram explore' again\.$/,
        '磁盘上的运行已不是打开时的那个（$1 已改变）；请重新启动“tangram explore”。',
    ],
    [/^A name has at most (\d+) characters; this one has (\d+)\.$/, '名称最多 $1 个字符；此名称有 $2 个。'],
    [/^A note has at most (\d+) characters; this one has (\d+)\.$/, '笔记最多 $1 个字符；此笔记有 $2 个。'],
    [/^A name or a note can't hold control characters; a name is one line\.$/, '名称和笔记不能含控制字符；名称只能有一行。'],
    [/^Feature (\d+) is in the code twice\.$/, '特征 $1 在编码中出现了两次。'],
    [/^The number of features to decode can't be negative\.$/, '要解码的特征数不能为负。'],
    [/^Activations must be numbers from (\S+) to (\S+)\.$/, '激活值必须是 $1 到 $2 之间的数。'],
    [/^The file is empty\.$/, '文件是空的。'],
    [/^This run has one member, so there is nothing to compare it with\.$/, '本次运行只有一个成员，因此没有可比较的对象。'],
    [/^(.+) has no labels, so there are no classes\.$/, '$1 没有标签，因此没有类别。'],
    [/^The model takes (.+), which can't be drawn\.$/, '该模型的输入为 $1，无法绘制。'],
    [/^(.+) is damaged or was written by another version of tangram; (.+)\.$/, '$1 已损坏，或由另一版本的 tangram 写入。'],
];
