/** A row, lived through and held against the oracle. */
import {nameOf, type Row} from './axes.ts'
import {live, type Manner} from './harness.fixture.ts'
import {mayGo, type Facts} from './oracle.ts'

export interface Verdict {
  /** Files that had to stay and went, each with why it had to. */
  readonly lost: readonly string[]
  readonly facts: Facts
  /** Any of them went. */
  readonly went: boolean
  /** For whoever looks into it. */
  readonly story: string
}

export async function verdictOn(row: Row, manner?: Manner): Promise<Verdict> {
  const {facts, went, reported} = await live(row, manner)
  const answers = mayGo(facts)
  const own = answers.filter(({path}) =>
    facts.files.find((it) => it.path === path)!.users.includes(facts.torrent),
  )
  return {
    lost: answers
      .filter((it) => !it.mayGo && went.includes(it.path))
      .map(({path, because}) => `${path} went, but ${because}`),
    facts,
    went: own.some(({path}) => went.includes(path)),
    story: [
      nameOf(row),
      ...answers.map(({path, because, mayGo}) => `  ${path} ${mayGo ? 'may go' : 'stays'}: ${because}`),
      `  went: ${went.join(', ') || 'nothing'}`,
      ...reported.map((it) => `  ${it}`),
    ].join('\n'),
  }
}
