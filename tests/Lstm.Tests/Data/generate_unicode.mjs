// Writes src/Lstm/Data/UnicodeTable.cs from the Unicode data of this Node.js, and prints the digests that FormCTests compares with.
// From the root: node tests/Lstm.Tests/Data/generate_unicode.mjs
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";

const hex = (code) => code.toString(16).toUpperCase();
const codes = (text) => [...text].map((c) => c.codePointAt(0));
const isSurrogate = (code) => code >= 0xd800 && code <= 0xdfff;
const isHangul = (code) => code >= 0xac00 && code <= 0xd7a3;
const all = [];
for (let code = 0; code <= 0x10ffff; code++) {
    if (!isSurrogate(code)) {
        all.push(code);
    }
}

const nfd = (text) => text.normalize("NFD"), nfc = (text) => text.normalize("NFC");
const text = String.fromCodePoint;

// A composite is split into two, of which the first may be one itself; what never comes back is split whole.
function decompositions() {
    const entries = [];
    for (const code of all.filter((c) => !isHangul(c) && nfd(text(c)) !== text(c))) {
        const parts = codes(nfd(text(code)));
        if (nfc(text(code)) !== text(code)) {
            entries.push(`${hex(code)}>${parts.map(hex).join("+")}`);
            continue;
        }

        const first = codes(nfc(text(...parts.slice(0, -1))));
        if (first.length !== 1 || nfc(text(first[0], parts.at(-1))) !== text(code)) {
            throw new Error(`no pair for ${hex(code)}`);
        }

        entries.push(`${hex(code)}=${hex(first[0])}+${hex(parts.at(-1))}`);
    }

    return entries;
}

// Two marks change places where the class of the first is the greater one; that is all that can be seen of classes, and all that matters.
function classes() {
    const isAfter = (x, y) => nfd(text(0x61, x, y)) === nfd(text(0x61, y, x)) && nfd(text(0x61, x, y)) === text(0x61, y, x);
    const grave = 0x300, below = 0x323, overlay = 0x334;
    const marks = all.filter((c) => nfd(text(c)) === text(c)
        && (isAfter(c, overlay) || isAfter(grave, c) || isAfter(c, grave) || isAfter(below, c) || isAfter(c, below)) || c === overlay);
    const sorted = [];
    for (const mark of marks) {
        let group = sorted.findIndex((g) => !isAfter(g[0], mark) && !isAfter(mark, g[0]));
        if (group >= 0) {
            sorted[group].push(mark);
            continue;
        }

        group = sorted.findIndex((g) => isAfter(g[0], mark));
        sorted.splice(group < 0 ? sorted.length : group, 0, [mark]);
    }

    return sorted.flatMap((group, k) => ranges(group).map(([from, to]) => `${hex(from)}-${hex(to)}:${k + 1}`));
}

function ranges(sorted) {
    const found = [];
    for (const code of sorted) {
        if (found.length > 0 && found.at(-1)[1] === code - 1) {
            found.at(-1)[1] = code;
        } else {
            found.push([code, code]);
        }
    }

    return found;
}

// Capital I with a dot has two letters in lower case, and stays as it is.
function lowerCase() {
    const found = [];
    for (const code of all) {
        const lower = codes(text(code).toLowerCase());
        if (lower.length !== 1 || lower[0] === code) {
            continue;
        }

        const delta = lower[0] - code, last = found.at(-1);
        const step = last && last.delta === delta ? code - last.to : 0;
        if (step > 0 && step <= 2 && (last.step === 0 || last.step === step)) {
            [last.to, last.step] = [code, step];
        } else {
            found.push({ from: code, to: code, delta, step: 0 });
        }
    }

    return found.map(({ from, to, delta, step }) => `${hex(from)}-${hex(to)}/${step || 1}:${delta < 0 ? "-" : ""}${hex(Math.abs(delta))}`);
}

function lines(entries) {
    const found = [""];
    for (const entry of entries) {
        if (found.at(-1).length + entry.length + 1 > 130) {
            found.push("");
        }

        found[found.length - 1] += (found.at(-1) === "" ? "" : " ") + entry;
    }

    return found.join("\n");
}

const indented = (text) => text.split("\n").map((line) => `        ${line}`).join("\n");
writeFileSync("src/Lstm/Data/UnicodeTable.cs", `namespace Lstm;

/// <summary>Made by tests/Lstm.Tests/Data/generate_unicode.mjs. <see cref="UnicodeData"/> reads it.</summary>
internal static class UnicodeTable
{
    /// <summary>Of the Unicode character database, version ${process.versions.unicode}.</summary>
    public static ReadOnlySpan<byte> Text => """
        [decompositions]
${indented(lines(decompositions()))}
        [classes]
${indented(lines(classes()))}
        [lower case]
${indented(lines(lowerCase()))}
        """u8;
}
`);

const digest = (text) => createHash("sha256").update(text, "utf8").digest("hex");
console.log("characters", digest(all.map((c) => nfc(text(c))).join("\n")));
const lowerOf = (code) => {
    const lower = codes(text(code).toLowerCase());
    return text(lower.length === 1 ? lower[0] : code);
};
console.log("lower case", digest(all.map(lowerOf).join("\n")));

// 40,000 texts of up to eight characters, of those that change or move, by xorshift32.
const changes = (...characters) => nfd(text(...characters)) !== text(...characters);
const pool = all.filter((c) => changes(c) || changes(0x61, c, 0x334) || changes(0x61, 0x300, c)
    || (c >= 0x1100 && c <= 0x11ff) || (c >= 0x61 && c <= 0x7a));
let state = 2463534242;
const next = (count) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % count;
};
const texts = [];
for (let k = 0; k < 40000; k++) {
    const length = 1 + next(8);
    let sample = "";
    for (let i = 0; i < length; i++) {
        sample += next(2) === 0 ? text(pool[next(pool.length)]) : nfd(text(pool[next(pool.length)]));
    }

    texts.push(sample);
}

console.log("pool", pool.length, digest(pool.map((c) => text(c)).join("\n")));
console.log("texts", digest(texts.map(nfc).join("\n")));
