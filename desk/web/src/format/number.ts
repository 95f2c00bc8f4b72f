interface Plan {
  region: string;
  /** Sizes of the groups after the country code, by the count of national digits. */
  groups: (national: string) => number[];
}

/** Rough grouping of the countries that call most; others are grouped by threes. */
const PLANS: Record<string, Plan> = {
  "1": { region: "US", groups: () => [3, 3, 4] },
  "7": { region: "RU", groups: () => [3, 3, 2, 2] },
  "31": { region: "NL", groups: (n) => (n.startsWith("6") ? [1, 4, 4] : [2, 3, 4]) },
  "33": { region: "FR", groups: () => [1, 2, 2, 2, 2] },
  "34": { region: "ES", groups: () => [3, 3, 3] },
  "39": { region: "IT", groups: () => [3, 3, 4] },
  "44": { region: "GB", groups: (n) => (n.startsWith("2") ? [2, 4, 4] : [4, 6]) },
  "49": { region: "DE", groups: (n) => (n.startsWith("1") ? [3, 4, 4] : [2, 4, 4]) },
  "61": { region: "AU", groups: (n) => (n.startsWith("4") ? [3, 3, 3] : [1, 4, 4]) },
  "65": { region: "SG", groups: () => [4, 4] },
  "81": { region: "JP", groups: (n) => (n.length === 10 ? [2, 4, 4] : [1, 4, 4]) },
  "82": { region: "KR", groups: (n) => (n.startsWith("10") ? [2, 4, 4] : [1, 4, 4]) },
  "86": { region: "CN", groups: (n) => (n.startsWith("1") && n.length === 11 ? [3, 4, 4] : areaCn(n)) },
  "91": { region: "IN", groups: () => [5, 5] },
  "852": { region: "HK", groups: () => [4, 4] },
  "853": { region: "MO", groups: () => [4, 4] },
  "886": { region: "TW", groups: (n) => (n.startsWith("9") ? [3, 3, 3] : [1, 4, 4]) },
};

function areaCn(national: string): number[] {
  return /^(10|2\d)/.test(national) ? [2, 4, 4] : [3, 4, 4];
}

function planOf(digits: string): { code: string; plan: Plan } | null {
  for (const size of [3, 2, 1]) {
    const code = digits.slice(0, size);
    const plan = PLANS[code];
    if (plan) return { code, plan };
  }
  return null;
}

function group(digits: string, sizes: number[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at < digits.length) parts.push(digits.slice(at, at + size));
    at += size;
  }
  if (at < digits.length) parts.push(digits.slice(at));
  return parts.join(" ");
}

/** `+8613800138000` as `+86 138 0013 8000`; a mainland mobile without its code likewise; anything else as it is. */
export function phoneNumber(number: string): string {
  const plain = /^sips?:/i.test(number) ? (number.slice(number.indexOf(":") + 1).split("@")[0] ?? "") : number;
  if (/^1[3-9]\d{9}$/.test(plain)) return group(plain, [3, 4, 4]);
  if (!/^\+\d{6,15}$/.test(plain)) return plain;
  const digits = plain.slice(1);
  const found = planOf(digits);
  if (!found) return `+${group(digits, [3, 3, 3, 3])}`;
  const national = digits.slice(found.code.length);
  return `+${found.code} ${group(national, found.plan.groups(national))}`;
}

/** The country of an international number, in the reader's language; empty when it is not known. */
export function regionOf(number: string, locale: string): string {
  if (/^1[3-9]\d{9}$/.test(number)) return region("CN", locale);
  const found = number.startsWith("+") ? planOf(number.slice(1)) : null;
  if (!found) return "";
  // Country code 1 is shared by many countries.
  return region(found.code === "1" ? "021" : found.plan.region, locale);
}

const REGIONS = new Map<string, Intl.DisplayNames>();

function region(code: string, locale: string): string {
  let names = REGIONS.get(locale);
  if (!names) REGIONS.set(locale, (names = new Intl.DisplayNames([locale], { type: "region" })));
  return names.of(code) ?? "";
}

/** Runs of stars as dots: `Li ***` is `Li •••`. */
export function dots(value: string): string {
  return value.replace(/\*+/g, (stars) => "•".repeat(Math.min(stars.length, 8)));
}
