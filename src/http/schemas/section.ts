/** Sections of the configuration file as people change them: their keys, what they say, what a change costs. */
import {z} from 'zod'
import {serverKinds} from '#clients/kinds/kinds.ts'
import {findingCodes, type Finding} from '#config/document/findings.ts'
import {settingInputs, type SettingKey} from '#config/schema/setting-keys.ts'
import type {SectionState} from '#config/section-states.ts'
import {arrKinds} from '#model/arr.ts'
import {restartable} from '#registry/servers/section-effect.ts'
import type {SectionOutcome} from '#registry/servers/sections.ts'
import {sectionGroups} from '#registry/servers/section-keys.ts'
import type {Wire} from '../answers/codec.ts'
import {at, bytes, count, flag, passingField, text} from './units.ts'

export const fileObstacles = ['no_file', 'read_only', 'of_variables', 'forbidden'] as const

/** Of one book: its groups are in its own words. */
export function keySchema<const G extends readonly [string, ...string[]]>(groups: G) {
  const column = z.object({
    path: text('Tables and key, joined by dots; so it stands in settings, a column in its row'),
    group: z.enum(groups).describe('What it is about'),
    input: z
      .enum(settingInputs)
      .describe(
        'How it is given: true or false, one of words, a list of text, text, a number or text with a unit, text to ' +
          'text, a secret, rows',
      ),
    words: z.array(z.string()).describe('One of these; empty = it is no word'),
    unit: z.enum(['seconds', 'minutes']).nullable().describe('Of a bare number; null = it has none'),
    standard: text('When it is absent, as a file would say it'),
    accepted: text('What it takes'),
    means: text('What it is for'),
    restarts: flag('What uses it restarts when it changes'),
    acts: flag('false = it is kept, and nothing goes by it yet'),
  })
  return column.extend({columns: z.array(column).describe('Keys of a row; empty = it has no rows')})
}

export function wireKey<G extends string>({columns, ...key}: SettingKey<G>) {
  return {
    ...key,
    words: [...key.words],
    columns: columns.map(({columns: _none, ...column}) => ({...column, words: [...column.words]})),
  }
}

export const SectionKeySchema = keySchema(sectionGroups).meta({id: 'SectionKey'})

export const SectionSchema = z
  .object({
    settings: z.record(z.string(), z.unknown()).describe('What the file says, by its own names; no secrets'),
    obstacle: z
      .enum([...fileObstacles, 'added_here'])
      .nullable()
      .describe(
        'Why it cannot be changed: there is no file, it cannot be written, environment variables declare the ' +
          'section, the server was added here and stands in no file, you are no administrator; null = it can',
      ),
  })
  .meta({id: 'Section'})

export const knownValues = z
  .record(z.string().max(200), z.unknown())
  .optional()
  .describe(
    'What keys were when the change was begun, by their paths joined by dots (`Torrent.StalledDelay`); null = ' +
      'absent. One that is something else by now is a conflict; keys that are not named are not compared',
  )

export const SectionChangeBody = z
  .strictObject({
    settings: z
      .record(z.string().max(100), z.unknown())
      .describe('Keys by the names of the file; null takes one out, lists and rows are given whole'),
    was: knownValues,
    obstacle: passingField,
  })
  .meta({id: 'SectionChange'})

const waitingDownloads = z.object({
  count: count('Downloads'),
  bytes: bytes('Still to come of them'),
  torrents: z
    .array(z.object({server_id: text('Its server'), info_hash: text('Its hash'), name: text('Its name')}))
    .describe('The first 50'),
})

/** What of the file changes. */
export const changedLines = z
  .array(
    z.array(
      z.object({
        is: z.enum(['kept', 'removed', 'added']),
        line: z.number().describe('From 1: of one that is removed in the old text, else in the new one'),
        text: text('The line; *** where a secret may stand'),
      }),
    ),
  )
  .describe('Which lines of the file change, each group with two lines around it')

export const keyConflicts = z
  .array(z.object({key: text('Its path, joined by dots'), now: z.unknown().describe('null = it is absent')}))
  .describe('Of a preview: keys that are no longer what `was` says')

export const SectionEffectSchema = z
  .object({
    changes: flag('false = nothing is different'),
    restarts: z
      .array(z.enum(restartable))
      .describe(
        'What restarts: the link of the server, every manager, the program (from its next start on it holds); ' +
          'all else is in force with the next look',
      ),
    fleet_manager: z
      .enum(['begins', 'ends'])
      .nullable()
      .describe('The manager of torrents without an Arr is needed now, or by managed categories no longer'),
    room: z
      .object({
        stops: waitingDownloads,
        starts: waitingDownloads,
        unknown: z.array(z.string()).describe('Servers that do not say how much is free now'),
      })
      .nullable()
      .describe(
        'Of a preview that changes how much of disks stays free: downloads that would be stopped and started by it, as ' +
          'disks are now; null = it does not',
      ),
    lines: changedLines,
    conflicts: keyConflicts,
  })
  .meta({id: 'SectionEffect'}) satisfies z.ZodType<Wire<Omit<SectionOutcome, 'conflicts' | 'freeSpace'>>>

/* What the configuration file comes to. */

const FindingSchema = z
  .object({
    severity: z
      .enum(['error', 'warning', 'notice'])
      .describe(
        'error: something that was asked for is not in force; warning: it works, probably not as meant; notice: to know',
      ),
    code: z.enum(findingCodes).describe('Stable'),
    section: text('As in the file; null = the whole file').nullable(),
    key: text('Below its section; null = the section as a whole').nullable(),
    path: text('Section and key together').nullable(),
    line: z.number().nullable().describe('From 1; null = it does not stand in the file'),
    column: z.number().nullable().describe('From 1'),
    variable: text('The environment variable it came from').nullable(),
    found: text('What stands there; *** for secrets').nullable(),
    accepted: text('What would do').nullable(),
    message: text('For people'),
  })
  .meta({id: 'ConfigurationFinding'}) satisfies z.ZodType<Wire<Finding>>

const SectionStateSchema = z
  .object({
    section: text('As it is read'),
    kind: z
      .enum([...serverKinds, ...arrKinds])
      .nullable()
      .describe('null = unknown, or a daemon without a client'),
    is_server: flag('A torrent server, and no Arr'),
    is_on: flag('It is managed'),
    reason: text('Why it is off; empty = it is on'),
  })
  .meta({id: 'ConfigurationSection'}) satisfies z.ZodType<Wire<SectionState>>

export const ConfigurationSchema = z
  .object({
    path: text('The file that was read; null = there is none').nullable(),
    sections: z.array(SectionStateSchema).describe('Of servers and Arrs, in the order of the file'),
    findings: z.array(FindingSchema),
    variables: z
      .array(z.object({variable: text('Its name'), key: text('The key that it decides')}))
      .describe('Environment variables that decide something'),
    values: z
      .array(
        z.object({
          section: text('As it is read'),
          key: text('Below its section, joined by dots; rows are one key'),
          line: z.number().nullable().describe('Where the file says it, from 1; null = it does not'),
          variable: text('The environment variable that decides it; null = the file does').nullable(),
          value: text('What the variable says; null = the file says it, or it may be a secret').nullable(),
        }),
      )
      .describe('Where each key that is not usual comes from'),
    lost: z
      .object({
        since: at('It is noticed'),
        settings: z.array(z.string()).describe('As they stood in the file: sections, rows and keys'),
      })
      .nullable()
      .describe(
        'Settings that protect data, which it had before and lacks now: rules remove and move nothing; null = none',
      ),
  })
  .meta({id: 'Configuration'})

export const ConfigurationConfirmation = z
  .strictObject({
    settings: z
      .array(z.string().max(2_000))
      .max(20_000)
      .describe('`lost.settings` as they were shown; something else is refused'),
  })
  .meta({id: 'ConfigurationConfirmation'})
