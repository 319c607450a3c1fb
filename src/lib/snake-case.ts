/** Names in code and names that travel: `downSpeed` ⇄ `down_speed`, `infoHashV1` ⇄ `info_hash_v1`. */

export type Snake<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `_${Lowercase<Head>}`}${Snake<Tail>}`
  : ''

export type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S

export function snake<S extends string>(name: S): Snake<S> {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as Snake<S>
}

export function camel<S extends string>(name: S): Camel<S> {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) as Camel<S>
}
