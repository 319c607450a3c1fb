/** The people of the access matrix and what they have, as it lies in the database: servers, shares, actions. */
import {person} from '#accounts/people.fixture.ts'
import {arrSecretContext, type Sealer} from '#accounts/secrets.ts'
import {readArrTable} from '#config/arrs.ts'
import type {ArrConfig} from '#config/schema/schema-arrs.ts'
import {rowOf} from '#journal/rows.ts'
import type {Actor} from '#model/command.ts'
import {ruleRowOf} from '#registry/rules/own-rule.ts'
import {section} from '#registry/servers/servers-harness.fixture.ts'
import {aRule} from '#rules/rule.fixture.ts'
import {insertArr, replaceArrGrants} from '#store/repositories/arrs.ts'
import {appendEvent, appendRows} from '#store/repositories/journal.ts'
import {insertRuleRevision} from '#store/repositories/rules.ts'
import {insertServer, replaceGrants} from '#store/repositories/servers.ts'
import type {Db} from '#store/store.ts'
import {canaryOf, hashOn, idOf, type ServerName} from './access-servers.fixture.ts'

export const household = {
  ada: person('ada', 'administrator'),
  olga: person('olga', 'member'),
  paul: person('paul', 'member'),
  vera: person('vera', 'member'),
  cora: person('cora', 'member'),
  nina: person('nina', 'member'),
  vic: person('vic', 'viewer'),
  dora: person('dora', 'member'),
}
export type Name = keyof typeof household

/** Whose each server is (`file` = nobody's), and with whom it is shared. What follows from it stands in the test. */
export const sharing: {
  readonly [S in ServerName]: {of: Name | 'file'; shared: Readonly<Record<string, string>>}
} = {
  own: {of: 'olga', shared: {}},
  secret: {of: 'paul', shared: {}},
  shown: {of: 'paul', shared: {vera: 'view', vic: 'view', dora: 'control'}},
  lent: {of: 'paul', shared: {cora: 'control', vic: 'control'}},
  open: {of: 'paul', shared: {everyone: 'view'}},
  fileAll: {of: 'file', shared: {}},
  fileClosed: {of: 'file', shared: {everyone: 'none'}},
}

export function sectionOf(name: ServerName) {
  const canary = canaryOf(name)
  return {...section(canary, {url: `http://${canary}.example:8080`}), id: idOf(name)}
}

export async function insertServers(db: Db, present: readonly ServerName[]): Promise<void> {
  for (const [position, name] of present.entries()) {
    const {of, shared} = sharing[name]
    const canary = canaryOf(name)
    const {id: _id, password: _p, apiKey: _a, basicAuth: _b, httpProxy: _h, ...plain} = sectionOf(name)
    await insertServer(db, {
      id: idOf(name),
      origin: of === 'file' ? 'file' : 'user',
      secrets: {},
      ownerId: of === 'file' ? null : household[of].id,
      definition: of === 'file' ? null : {...plain, basicAuthUser: null, givenBy: {}},
      tags: [`${canary} tag`],
      colour: '#a1b2c3',
      icon: canary,
      position,
      defaultForAdding: false,
      createdAt: 0,
      updatedAt: 0,
    })
    const grants = Object.entries(shared).map(([to, level]) => ({grantee: granteeOf(to), level}))
    await replaceGrants(db, idOf(name), grants)
  }
}

/** Beside each server stands an Arr of the same owner, shared alike, with the same id. */
export async function insertArrs(db: Db, present: readonly ServerName[], sealer: Sealer): Promise<void> {
  for (const [position, name] of present.entries()) {
    const {of, shared} = sharing[name]
    const isOfFile = of === 'file'
    const {URI, Category, APIKey} = arrSectionOf(name)
    const apiKey = sealer.encrypt(APIKey!, arrSecretContext(idOf(name), 'apiKey'))
    await insertArr(db, {
      id: idOf(name),
      ownerId: isOfFile ? null : household[of].id,
      kind: 'radarr',
      position,
      name: `${canaryOf(name)} films`,
      url: URI!,
      category: Category,
      enabled: true,
      secrets: isOfFile ? {} : {apiKey},
      settings: isOfFile ? null : {skipVerify: false, keys: {ReSearch: true}, givenBy: {}},
      createdAt: 0,
      updatedAt: 0,
      ceiling: null,
    })
    const grants = Object.entries(shared).map(([to, level]) => ({grantee: granteeOf(to), level}))
    await replaceArrGrants(db, idOf(name), grants)
  }
}

/** And a rule of its owner about it, with the same id; of what is of the file nobody with an account owns it. */
export async function insertRules(db: Db, present: readonly ServerName[]): Promise<void> {
  for (const name of present) {
    const {of} = sharing[name]
    const ownerId = of === 'file' ? null : household[of].id
    const rule = aRule({id: idOf(name), name: canaryOf(name), scope: {servers: [idOf(name)]}})
    const about = {ownerId, createdAt: 0, revisedBy: ownerId, ceiling: null, now: 0}
    await insertRuleRevision(db, ruleRowOf(rule, about))
  }
}

export function arrSectionOf(name: ServerName): ArrConfig {
  const canary = canaryOf(name)
  const table = {URI: `http://${canary}.arr:7878`, APIKey: arrKey, Category: `${canary}-films`, Managed: true}
  return readArrTable(idOf(name), 'radarr', table).arr!
}

/** Of every Arr. */
export const arrKey = 'the-key-of-an-arr'

function granteeOf(name: string): string {
  return name === 'everyone' ? name : household[name as Name].id
}

/** Actions of Paul on each server, and of a rule on its torrent, as the journal keeps them. */
export async function reportOf(db: Db, present: readonly ServerName[]): Promise<void> {
  const {name, id} = household.paul
  const actor: Actor = {name, origin: 'user', userId: id, address: '192.0.2.9'}
  for (const server of present) {
    const canary = canaryOf(server)
    const entry = {actor, subject: 'server', verb: 'change', name: canary, serverId: idOf(server)} as const
    await appendEvent(db, {...entry, args: {fields: [canary]}}, 0)
    const rule: Actor = {name: 'a rule', origin: 'rule', userId: null, address: null}
    const reported = {actor: rule, subject: 'torrent', name: canary, verb: 'stop', args: {}} as const
    const on = {serverId: idOf(server), hash: hashOn(server)}
    await appendRows(db, [rowOf({...reported, ...on, id: `entry on ${server}`, at: 0, phase: 'confirmed'})])
  }
}
