/** What a program is told of the torrent: as variables of its environment, where nothing is read as a command. */
import type {Decision} from '#model/decision.ts'
import type {Fact, FactName} from '#model/fact.ts'

/** What is not known is not set. */
const told: Readonly<Record<string, FactName>> = {
  COMMODARR_HASH: 'infoHash',
  COMMODARR_NAME: 'name',
  COMMODARR_SERVER: 'server.id',
  COMMODARR_CATEGORY: 'category',
  COMMODARR_TAGS: 'tags',
  COMMODARR_STATE: 'state',
  COMMODARR_PROGRESS: 'progress',
  COMMODARR_SIZE: 'size',
  COMMODARR_RATIO: 'ratio',
  COMMODARR_PRIVATE: 'isPrivate',
  COMMODARR_TRACKERS: 'tracker.hosts',
  COMMODARR_SAVE_PATH: 'savePath',
  COMMODARR_PATH: 'contentPath',
  COMMODARR_ARR: 'arr.id',
}

/** Names of those, and of what is told beside facts. */
export const programVariables: readonly string[] = [
  ...Object.keys(told),
  ...['COMMODARR_OUR_PATH', 'COMMODARR_RULE', 'COMMODARR_RULE_NAME', 'COMMODARR_REASON'],
]

export function environmentOf(
  {ruleId, reason}: Pick<Decision, 'ruleId' | 'reason'>,
  around: {
    readonly ruleName: string
    readonly fact: (name: FactName) => Fact
    readonly ourPath: (path: string) => string | null
  },
): Readonly<Record<string, string>> {
  const variables = new Map<string, string>()
  for (const [name, fact] of Object.entries(told)) {
    const text = textOf(around.fact(fact))
    if (text !== null) variables.set(name, text)
  }
  const path = variables.get('COMMODARR_PATH')
  const ours = path === undefined ? null : around.ourPath(path)
  if (ours !== null) variables.set('COMMODARR_OUR_PATH', ours)
  variables.set('COMMODARR_RULE', ruleId)
  variables.set('COMMODARR_RULE_NAME', around.ruleName)
  variables.set('COMMODARR_REASON', reason)
  return Object.fromEntries([...variables].map(([name, text]) => [name, plain(text)]))
}

function textOf(fact: Fact): string | null {
  if ('unknown' in fact || fact.value === null) return null
  return Array.isArray(fact.value) ? fact.value.join(',') : String(fact.value)
}

/** A variable ends at a NUL. */
function plain(text: string): string {
  return text.replaceAll('\0', '')
}
