import type {ServerDefinition} from '#model/server.ts'

/** Are these the same torrents, or does the name now mean another server? */
export function isSameServer(a: ServerDefinition, b: ServerDefinition): boolean {
  return a.kind === b.kind && a.url === b.url
}

/** Does nothing about it need another link? */
export function isSameDefinition(a: ServerDefinition, b: ServerDefinition): boolean {
  return a === b || textOf(a) === textOf(b)
}

/** Every part, secrets by value: only ever compared, never kept or shown. */
function textOf(definition: ServerDefinition): string {
  const {password, apiKey, basicAuth, httpProxy} = definition
  const secrets = [password, apiKey, basicAuth?.password, httpProxy]
  return JSON.stringify([definition, secrets.map((secret) => secret?.reveal() ?? null)])
}
