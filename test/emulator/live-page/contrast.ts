/** Contrast of text as WCAG 2 defines it, computed on the page: an expression whose value is all texts below a ratio. */

/** The least that level AA asks of text of usual size. */
export const LEAST_CONTRAST = 4.5;

/** Runs on the page. It knows backgrounds of one opaque colour, and throws at others. */
function textsBelow(least: number): string[] {
  const channels = (colour: string): number[] => colour.match(/[\d.]+/g)!.map(Number);
  const luminance = (colour: string): number => {
    const [red, green, blue] = channels(colour).slice(0, 3).map(channel => channel / 255)
      .map(channel => channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one: string, other: string): number => {
    const [high, low] = [luminance(one), luminance(other)].sort((left, right) => right - left);
    return (high + 0.05) / (low + 0.05);
  };
  const page = globalThis as any;
  const background = (element: any): string => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { backgroundColor, backgroundImage, opacity } = page.getComputedStyle(at);
      if (backgroundImage !== 'none' || opacity !== '1') throw new Error(`The background of ${at.outerHTML.slice(0, 100)} is not of one colour.`);
      if (channels(backgroundColor)[3] !== 0) return backgroundColor;
    }
    throw new Error('The page has no background.');
  };
  const found: string[] = [];
  const look = (element: any, colour: string, text: string): void => {
    const value = ratio(colour, background(element));
    if (value < least) found.push(`${text}: ${value.toFixed(2)}`);
  };
  const walker = page.document.createTreeWalker(page.document.body, 4);
  let count = 0;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const { parentElement: element } = node;
    if (node.textContent.trim() === '' || ['SCRIPT', 'STYLE'].includes(element.tagName) || !element.checkVisibility()) continue;
    count += 1;
    look(element, page.getComputedStyle(element).color, node.textContent);
  }
  for (const element of page.document.querySelectorAll('[placeholder]')) look(element, page.getComputedStyle(element, '::placeholder').color, element.placeholder);
  if (count < 20) throw new Error(`Only ${count} texts were looked at.`);
  return found;
}

export const textsOfLowContrast = (least: number = LEAST_CONTRAST): string => `(${textsBelow.toString()})(${least})`;
