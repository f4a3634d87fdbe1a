/** The digits of a hexadecimal text in their order, then its letters as digits: A is 0, F is 5. */
export function decimalize(hex: string): string {
  const digits = hex.replace(/\D/g, '');
  const letters = hex.toUpperCase().replace(/[^A-F]/g, '');
  return digits + [...letters].map(letter => letter.charCodeAt(0) - 'A'.charCodeAt(0)).join('');
}
