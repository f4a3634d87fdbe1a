const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 cannot have, not even escaped. */
// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g;

const escaped = (text: string): string => text.replace(FORBIDDEN, '?').replace(/[&<>"]/g, character => ENTITIES[character]);

function elements(value: object): string {
  return Object.entries(value as Record<string, unknown>).map(([name, content]) =>
    `<${name}>${typeof content === 'object' && content !== null ? elements(content) : escaped(String(content))}</${name}>`).join('');
}

/** An object as XML, each member an element. The names are ours; texts may be anybody's. */
export const xml = (value: object): string => `<?xml version="1.0" encoding="UTF-8"?>\n${elements(value)}`;
