/** What was seen and done, held against what is meant, and as a table for people. */
import type {Attack, Effect} from './attack.fixture.ts'
import type {Realm} from './attack-world.fixture.ts'
import {intended, people, type IntendedRow} from './intent.ts'

const nothing: Effect = {seen: new Set(), changed: new Set(), passkeys: new Set(), examples: new Map()}

const lettersOf = (realms: Iterable<Realm>): string => [...realms].toSorted().join('')

/** Of whoever is in no column: nobody. */
function cellOf({cells, notFor}: IntendedRow, who: string): ReadonlySet<Realm> {
  if (notFor.includes(who)) return new Set()
  const at = (people as readonly string[]).indexOf(who)
  return cells[at === -1 ? people.length : at]!
}

/** All that he may be told of, whatever he asks. */
function mayBeReported(who: string): ReadonlySet<Realm> {
  const rows = intended.filter(({verb}) => verb === 'sees')
  return rows.reduce<ReadonlySet<Realm>>((all, one) => all.union(cellOf(one, who)), new Set())
}

/** Who may command a server may know the passkeys of its torrents. */
function mayKnowPasskeys(who: string): ReadonlySet<Realm> {
  return cellOf(
    intended.find(({operations}) => operations.includes('exportTorrent'))!,
    who,
  )
}

/** One difference between what is meant and what was found. */
export interface Fault {
  /** `operation | who | what and whose`. */
  readonly id: string
  /** A request that shows it. */
  readonly example: string
}

/** Lines that were attacked: operations, and parts of them that have a right of their own. */
function linesOf({effects, routes}: Attack): readonly string[] {
  return [...new Set([...routes.map(({operation}) => operation), ...effects.keys()])]
}

export function faultsOf(attack: Attack): readonly Fault[] {
  const lines = linesOf(attack)
  const rowOf = new Map(intended.flatMap((row) => row.operations.map((line) => [line, row] as const)))
  return lines.flatMap((line) => {
    const row = rowOf.get(line)
    if (row === undefined) return [{id: `${line} is in no row of intent.ts`, example: ''}]
    return attack.askers.flatMap((who) =>
      faultsIn(row, line, who, attack.effects.get(line)?.get(who) ?? nothing),
    )
  })
}

function faultsIn(row: IntendedRow, line: string, who: string, effect: Effect): readonly Fault[] {
  const meant = cellOf(row, who)
  const changes = row.verb === 'changes' ? meant : new Set<Realm>()
  const sees = row.verb === 'sees' ? meant : mayBeReported(who)
  const fault = (what: string, realms: ReadonlySet<Realm>, key: string): readonly Fault[] =>
    [...realms].map((realm) => ({
      id: `${line} | ${who} | ${what} ${realm}`,
      example: effect.examples.get(`${key} ${realm}`) ?? '',
    }))
  return [
    ...fault('changes', effect.changed.difference(changes), 'changed'),
    ...fault('cannot change', changes.difference(effect.changed), ''),
    ...fault('sees', effect.seen.difference(sees), 'seen'),
    ...fault('sees passkeys of', effect.passkeys.difference(mayKnowPasskeys(who)), 'passkey'),
  ]
}

/** Rows of which somebody does not see what he may see, by whatever he asks. */
export function blindRows(attack: Attack): readonly string[] {
  const rows = intended.filter(({verb}) => verb === 'sees')
  return rows.flatMap((row) =>
    people.flatMap((who) => {
      const seen = foundIn(attack, row, who)
      const missing = lettersOf(cellOf(row, who).difference(seen))
      return missing === '' ? [] : [`${row.what}: ${who} does not see ${missing}`]
    }),
  )
}

/** Of operations that are described no more, and of requests that nobody makes. */
export function needlessLines(attack: Attack): readonly string[] {
  const lines = new Set(linesOf(attack))
  return intended.flatMap(({operations}) => operations.filter((line) => !lines.has(line)))
}

function foundIn({effects}: Attack, {operations, verb}: IntendedRow, who: string): ReadonlySet<Realm> {
  const found = operations.map((line) => effects.get(line)?.get(who) ?? nothing)
  return found.reduce<ReadonlySet<Realm>>(
    (all, {seen, changed}) => all.union(verb === 'sees' ? seen : changed),
    new Set(),
  )
}

/* ───────────────────────────── for people ───────────────────────────── */

const head = `# Who may what

What each kind of account and key sees and changes, found by attacking the program from outside: a script asks every
operation of the [API](api.md) and sends every live message as everybody, and looks afterwards at the program, at the
torrent servers and at the Arrs. Status codes do not count. This page is written by \`test/attack/attack.fleet.test.ts\`.

Letters show the owner of things:

| | |
|---|---|
| \`a\` | an administrator's, or the file's and withdrawn from everyone |
| \`f\` | of the file, shared as it is at first: with everyone |
| \`s\` | an administrator's, shared with Mia and Vic to view |
| \`l\` | an administrator's, shared with Mia and Vic to control |
| \`m\`, \`n\`, \`v\` | Mia's, Nick's, Vic's |
| \`o\` | the account of the requester |
| \`p\` | the program: its settings, users, threads |

Ada is an administrator; her key has the scopes \`read\`, \`control\` and \`manage\`. Mia and Nick are members, Vic is a
viewer. Mia's keys: one reads, one adds, one may do everything but only on two servers (\`m\` and \`l\`). No account: a page
from elsewhere with Ada's cookie, a session and a key whose time is over, a revoked key, a stranger. With a link or a
password that they were given they come in as everybody does, but for the page from elsewhere and who shows a wrong
key.
`

export function tableOf(attack: Attack): string {
  const columns = ['', '', ...people, 'no account']
  const nobodies = attack.askers.filter((who) => !(people as readonly string[]).includes(who))
  const lines = intended.map((row) => {
    const cells = people.map((who) => lettersOf(foundIn(attack, row, who)))
    const ofNoOne = nobodies.map((who) => foundIn(attack, row, who)).reduce((all, one) => all.union(one))
    const reported = [...cells, lettersOf(ofNoOne)].map((cell) => (cell === '' ? '–' : `\`${cell}\``))
    return [row.what, row.verb, ...reported]
  })
  const table = [columns, columns.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
  const operations = intended.map(({what, operations: all}) => `- **${what}**: ${all.join(', ')}`).join('\n')
  return `${head}\n${table}\n\n## What is in each row\n\n${operations}\n`
}
