/** `docs/proof.md`: of each part of the full proof its newest run. */
import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {root} from '../steps.ts'
import {parts} from './parts.ts'

const file = join(root, 'docs/proof.md')

export interface Run {
  readonly part: string
  /** Short hash; what came after it changed nothing but the table. */
  readonly commit: string
  /** Day: `2026-11-23`. */
  readonly day: string
  readonly passed: number
  readonly failed: number
  /** Failed among others and passed alone. */
  readonly alone: number
  readonly notRun: number
  readonly seconds: number
}

/** The newest commit that changed more than the table. `null` = these sources are no clone. */
export function provedCommit(): string | null {
  try {
    const args = ['log', '-1', '--format=%H', '--', '.', ':!docs/proof.md']
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return null
  }
}

/** What the table says. */
export function knownRuns(): readonly Run[] {
  if (!existsSync(file)) return []
  const rows = readFileSync(file, 'utf8').matchAll(/^\| `([\w-]+)` \|[^|]*\|(.*)\|$/gm)
  return [...rows].flatMap(([, part, rest]) => {
    const [commit = '', day = '', ...figures] = rest!.split('|').map((it) => it.trim().replaceAll('`', ''))
    const [passed, failed, alone, notRun, seconds] = figures.map(Number)
    if (commit === '–') return []
    return [
      {
        part: part!,
        commit,
        day,
        passed: passed!,
        failed: failed!,
        alone: alone!,
        notRun: notRun!,
        seconds: seconds!,
      },
    ]
  })
}

/** Writes this run in place of the one before. */
export function keepRun(run: Run): void {
  const runs = new Map(knownRuns().map((it) => [it.part, it]))
  runs.set(run.part, run)
  const lines = parts.map(({name, proves}) => {
    const its = runs.get(name)
    const cells =
      its === undefined
        ? ['–', '–', '–', '–', '–', '–', '–']
        : [`\`${its.commit}\``, its.day, its.passed, its.failed, its.alone, its.notRun, its.seconds]
    return `| \`${name}\` | ${proves} | ${cells.join(' | ')} |`
  })
  writeFileSync(file, `${head}\n${lines.join('\n')}\n`)
}

const head = `# The full proof

\`npm run test:full\` writes this table: of each part its newest run. \`-- --part <name>\` runs one part; without it all those run that are not proved on this commit yet. What failed is run again alone: what passes then is counted under "alone" and is no failure, for such tests kill real programs and follow real clocks.

| part | proves | commit | day | passed | failed | alone | not run | seconds |
|---|---|---|---|---|---|---|---|---|`
