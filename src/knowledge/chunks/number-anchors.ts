import { slug } from 'github-slugger';

/**
 * Gives the headings of one page their anchors, in their order, as GitHub does: the second "Set up" is `set-up-1`.
 *
 * Not the library's class: it is a default export of an ES module, which a worker that is compiled from the sources cannot
 * take.
 */
export function numberAnchors(): (heading: string) => string {
  const repeats = new Map<string, number>();
  return (heading) => {
    const plain = slug(heading);
    let anchor = plain;
    let repeat = repeats.get(plain) ?? 0;
    while (repeats.has(anchor)) {
      repeat += 1;
      anchor = `${plain}-${repeat}`;
    }
    repeats.set(plain, repeat);
    repeats.set(anchor, repeats.get(anchor) ?? 0);
    return anchor;
  };
}
