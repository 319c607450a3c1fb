/** What a bench hands in, and how it is judged against `budgets.json`. */
import {readFileSync} from 'node:fs'

export interface Report {
  /** One measured figure. Names are paths: `sync.ten.rss`. Its unit stands beside it: `MB`, `ms`, `1/s`. */
  figure(name: string, value: number, unit: string): void
}

export interface Budget {
  readonly target: number
  /** Which side of the target is good. */
  readonly better: 'lower' | 'higher'
}

/** One line of the output. Without a budget `target` and `better` are `null`: told, not judged. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly target: number | null
  readonly better: Budget['better'] | null
}

/** By the name of the figure. */
export function readBudgets(): Readonly<Record<string, Budget>> {
  return JSON.parse(readFileSync(new URL('budgets.json', import.meta.url), 'utf8')) as Record<string, Budget>
}

export function evaluated(name: string, value: number, unit: string, budget: Budget | undefined): Figure {
  const rounded = Number(value.toPrecision(5))
  return {name, value: rounded, unit, target: budget?.target ?? null, better: budget?.better ?? null}
}

/** Is the figure on the wrong side of its target? */
export function missed(figure: Figure): boolean {
  if (figure.target === null) return false
  return figure.better === 'lower' ? figure.value > figure.target : figure.value < figure.target
}
