/** Escapes of quoted texts, as libsinsp's filter/escaping.cpp has them; a backslash before a blank is kept for old rules. */
const meanings: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', ' ': '\\', '\\': '\\', '/': '/' };

/** What stands between two delimiters. Undefined when an escape does not exist; the other kind of quote needs none. */
export function unescape(text: string, delimiter: string): string | undefined {
  let known = true;
  const plain = text.replaceAll(/\\(.?)/gs, (_whole, escaped: string) => {
    const meaning = escaped === delimiter ? delimiter : meanings[escaped];
    known &&= meaning !== undefined;
    return meaning ?? '';
  });
  return known ? plain : undefined;
}
