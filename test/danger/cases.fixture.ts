/** Cases that once failed, each in a file of its own. */
import {readdirSync, readFileSync} from 'node:fs'
import {nameOf, type Row} from './axes.ts'
import type {Manner} from './harness.fixture.ts'

interface Case {
  readonly file: string
  /** Of `known-failures.ts`, as long as it stands there. */
  readonly defect: string
  readonly what: string
  readonly row: Row
  readonly manner?: Manner
  /** Files that have to be there at the end. */
  readonly stays: readonly string[]
}

const folder = new URL('cases/', import.meta.url)

export function cases(): readonly Case[] {
  return readdirSync(folder)
    .toSorted()
    .map((file) => ({
      file,
      ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Omit<Case, 'file'>),
    }))
}

/** Names of their rows, which need not be lived through once more. */
export function rowsOfCases(): ReadonlySet<string> {
  return new Set(cases().map(({row}) => nameOf(row)))
}
