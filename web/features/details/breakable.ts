/** Zero-width places where a release name may go on in the next line: behind its dots, not within its words. */
export function breakable(name: string): string {
  return name.replaceAll(/(?<=[^\s._])[._](?=\S)/g, '$&\u200b')
}
