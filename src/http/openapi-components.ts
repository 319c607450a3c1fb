/**
 * Tidies the components of the API description. The schema tools write every named schema twice, as it comes in and
 * as it goes out; a reader wants each once, and only those that something refers to.
 */
type Components = Readonly<Record<string, unknown>>

interface Described {
  readonly components?: {readonly schemas?: Components | undefined} | undefined
}

export function withTidyComponents<T extends object>(document: T): T {
  const {schemas = {}, ...others} = (document as Described).components ?? {}
  const used = usedBy({...document, components: others}, schemas)
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)))
  const tidy = {...document, components: {...others, schemas: kept}}
  return JSON.parse(renameInputs(JSON.stringify(tidy), used)) as T
}

/** Names that the document refers to, directly or through other components. */
function usedBy(document: unknown, schemas: Components): Set<string> {
  const used = new Set<string>()
  const waiting = [...referencesIn(document)]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (used.has(name)) continue
    used.add(name)
    waiting.push(...referencesIn(schemas[name]))
  }
  return used
}

function referencesIn(part: unknown): string[] {
  const text = JSON.stringify(part) ?? ''
  return [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((it) => it[1]!)
}

/** What only comes in needs no mark that it does. */
function renameInputs(text: string, used: ReadonlySet<string>): string {
  let renamed = text
  for (const name of used) {
    const plain = name.replace(/Input$/, '')
    if (plain === name || used.has(plain)) continue
    renamed = renamed.replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${plain}"`)
    renamed = renamed.replaceAll(`"${name}":{`, `"${plain}":{`)
  }
  return renamed
}
