import {isDeepStrictEqual} from 'node:util'
import type {FastifyPluginAsyncZod} from 'fastify-type-provider-zod'
import {z} from 'zod'
import type {SettingChanges, Settings} from '#accounts/settings.ts'
import {asUserId} from '#model/access.ts'
import type {MemberAddress, SettingValues} from '#model/setting-values.ts'
import {asServerId, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import type {Bytes} from '#model/units.ts'
import type {FreeSpaceKept} from '#registry/servers/section-effect.ts'
import {programSectionKeys, serverSectionKeys} from '#registry/servers/section-keys.ts'
import type {DescribedSection, SectionOutcome, SectionService} from '#registry/servers/sections.ts'
import {fromWire, toWire} from '../answers/codec.ts'
import {needs} from '../security/route-access.ts'
import {ok} from '../schemas/answers.ts'
import {PreviewQuery} from '../schemas/parameters.ts'
import {
  SectionChangeBody,
  SectionEffectSchema,
  SectionKeySchema,
  SectionSchema,
  wireKey,
} from '../schemas/section.ts'
import {SettingsChange, SettingsSchema} from '../schemas/settings.ts'
import {ServerParams} from '../scope/holders.ts'

/** What holds for everybody; administrators see and change it. */
export function settingsRoutes(settings: Pick<Settings, 'values' | 'change'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/settings', {schema: read, config: needs('admin', 'program')}, async () =>
      toWire(settings.values),
    )
    app.patch('/settings', {schema: change, config: needs('admin', 'program')}, async ({principal, body}) =>
      toWire(await settings.change(principal.actor, (now) => changesIn(body, now))),
    )
  }
}

function changesIn(
  {member_addresses: addresses, add = {}, remove = {}, ...rest}: z.output<typeof SettingsChange>,
  now: SettingValues,
): SettingChanges {
  const folders = rest.allowed_folders && fromWire({rows: rest.allowed_folders}).rows
  const [moreFolders, fewerFolders] = [add, remove].map(
    ({allowed_folders: rows = []}) => fromWire({rows}).rows,
  )
  const [moreAddresses, fewerAddresses] = [add, remove].map(({member_addresses: rows = []}) =>
    rows.map(memberAddress),
  )
  return {
    ...fromWire(rest),
    allowedFolders: merged(folders ?? now.allowedFolders, moreFolders!, fewerFolders!),
    memberAddresses: merged(
      addresses?.map(memberAddress) ?? now.memberAddresses,
      moreAddresses!,
      fewerAddresses!,
    ),
  }
}

function memberAddress({user_id: id, ...place}: WireAddress): MemberAddress {
  return {userId: id === null ? null : asUserId(id), ...place}
}

type WireAddress = NonNullable<z.output<typeof SettingsChange>['member_addresses']>[number]

/** What is there already is not added a second time, and what is gone already is not missed. */
function merged<T>(rows: readonly T[], more: readonly T[], fewer: readonly T[]): readonly T[] {
  const isIn = (list: readonly T[], row: T) => list.some((it) => isDeepStrictEqual(it, row))
  const kept = rows.filter((row) => !isIn(fewer, row))
  return [...kept, ...more.filter((row) => !isIn(kept, row))]
}

const read = {
  operationId: 'getSettings',
  tags: ['program'],
  summary: 'The settings of Commodarr',
  response: ok(SettingsSchema),
}

const change = {
  operationId: 'changeSettings',
  tags: ['program'],
  summary: 'Change settings of Commodarr',
  description:
    'They hold at once. The audit has what each was and what it became. `add` and `remove` change rows of a list as it is ' +
    'by then; a list that is given whole replaces what others added to it meanwhile.',
  body: SettingsChange,
  response: ok(SettingsSchema),
}

/** What the configuration file says of servers and of all of them, changed in the file. */
export function sectionRoutes(
  sections: Pick<SectionService, 'describe' | 'change' | 'describeProgram' | 'changeProgram'>,
  roomWith: RoomWith,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get('/sections/keys', {schema: keys, config: needs('read', 'program')}, async () => ({
      server: serverSectionKeys().map(wireKey),
      program: programSectionKeys().map(wireKey),
    }))
    app.get('/servers/:id/section', {schema: show, config: needs('manage', 'server')}, async (request) =>
      described(await sections.describe(request.principal, asServerId(request.params.id))),
    )
    app.patch(
      '/servers/:id/section',
      {schema: changeSection, config: needs('manage', 'server')},
      async (request) => {
        const {principal, params, body, query} = request
        const {settings, was} = body
        const id = asServerId(params.id)
        return wireOutcome(await sections.change(principal, id, settings, query.preview, was), null)
      },
    )
    app.get('/sections/settings', {schema: showAll, config: needs('admin', 'program')}, async (request) =>
      described(await sections.describeProgram(request.principal)),
    )
    app.patch(
      '/sections/settings',
      {schema: changeAll, config: needs('admin', 'program')},
      async ({principal, body, query}) => {
        const outcome = await sections.changeProgram(principal, body.settings, query.preview, body.was)
        const {freeSpace} = outcome
        return wireOutcome(outcome, freeSpace && query.preview ? wireRoom(roomWith(freeSpace)) : null)
      },
    )
  }
}

/** What downloads do once so much of disks is to stay free. */
export type RoomWith = (space: FreeSpaceKept) => {
  readonly stops: readonly WaitingDownload[]
  readonly starts: readonly WaitingDownload[]
  /** Servers that do not say how much is free now. */
  readonly unknown: readonly ServerId[]
}

interface WaitingDownload {
  readonly key: TorrentKey
  readonly name: string
  /** Still to come. */
  readonly left: Bytes
}

const MOST_NAMED = 50

function wireRoom({stops, starts, unknown}: ReturnType<RoomWith>): WireRoom {
  const those = (all: readonly WaitingDownload[]) => ({
    count: all.length,
    bytes: all.reduce((sum, {left}) => sum + left, 0),
    torrents: all
      .slice(0, MOST_NAMED)
      .map(({key, name}) => ({server_id: key.serverId, info_hash: key.hash, name})),
  })
  return {stops: those(stops), starts: those(starts), unknown: [...unknown]}
}

type WireRoom = NonNullable<z.output<typeof SectionEffectSchema>['room']>

/** What stands in the file stays as the file spells it. */
function wireOutcome(
  {conflicts, lines, freeSpace: _freeSpace, ...effect}: SectionOutcome,
  room: WireRoom | null,
): z.output<typeof SectionEffectSchema> {
  return {
    ...toWire(effect),
    room,
    lines: lines.map((hunk) => [...hunk]),
    conflicts: conflicts.map(({key, now}) => ({key, now: now ?? null})),
  }
}

/** Keys stay as the file spells them. */
function described({settings, obstacle}: DescribedSection): z.output<typeof SectionSchema> {
  return {settings: {...settings}, obstacle}
}

const tags = ['servers']

const keys = {
  operationId: 'listSectionKeys',
  tags,
  summary: 'Keys that sections of the file may have',
  description: 'Those that something acts by: of the section of a server, and of [Settings].',
  response: ok(z.object({server: z.array(SectionKeySchema), program: z.array(SectionKeySchema)})),
}

const show = {
  operationId: 'getServerSection',
  tags,
  summary: 'What the section of a server says of its torrents',
  description: 'How the server is reached stands in its definition.',
  params: ServerParams,
  response: ok(SectionSchema),
}

const changeSection = {
  operationId: 'changeServerSection',
  tags,
  summary: 'Change what the section of a server says',
  description:
    'In the configuration file, for administrators: what is left out stays, with every comment. A value is checked by ' +
    'what reads the file. The answer says what restarts, and which lines of the file change (no secrets). Where `was` ' +
    'says what keys were, one that was changed elsewhere meanwhile is a conflict: a preview names it, and else nothing is ' +
    'written (`changed_meanwhile`).',
  params: ServerParams,
  querystring: PreviewQuery,
  body: SectionChangeBody,
  response: ok(SectionEffectSchema),
}

const showAll = {
  operationId: 'getSettingsSection',
  tags: ['program'],
  summary: 'What [Settings] of the file says',
  response: ok(SectionSchema),
}

const changeAll = {
  operationId: 'changeSettingsSection',
  tags: ['program'],
  summary: 'Change what [Settings] of the file says',
  description: 'As with the section of a server.',
  querystring: PreviewQuery,
  body: SectionChangeBody,
  response: ok(SectionEffectSchema),
}
