import {expect, test} from 'vitest'
import type {Actor} from '#model/command.ts'
import {StorageFault} from '#store/faults.ts'
import {putSetting} from '#store/repositories/settings.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {everyStore} from '#test/store/every-store.ts'
import {usualValues} from '#model/setting-values.ts'
import {Settings, type SettingChanges} from './settings.ts'

const root: Actor = {name: 'root', origin: 'user', userId: null, address: '10.0.0.1'}

everyStore('the settings', (open) => {
  async function harness() {
    const store = await open()
    const world = {otherWayIn: false, fault: null as StorageFault | null, warnings: [] as object[]}
    const load = () =>
      Settings.load(
        {
          read: (work) => store.read(work),
          write: async (work) => {
            if (world.fault) throw world.fault
            return store.write(work)
          },
        },
        new VirtualClock(),
        () => world.otherWayIn,
        {warn: (about) => void world.warnings.push(about)},
      )
    const entries = async () => {
      const rows = await store.read((db) => db.selectFrom('journal').selectAll().orderBy('seq').execute())
      return rows.map(({actor, subject, verb, name, args}) => [actor, subject, verb, name, args].join(' '))
    }
    return {store, world, load, entries, settings: await load()}
  }

  test('until they are set the usual ones hold', async () => {
    const {settings} = await harness()
    expect(settings.values).toEqual(usualValues)
    expect(settings.values).toEqual({
      allowedFolders: [],
      auditDays: 365,
      historyDays: {minutes: 2, hours: 90, days: 3_650},
      membersPublicOnly: true,
      memberAddresses: [],
      sessionIdleDays: 30,
      sessionAbsoluteDays: 180,
      passwordLogIn: true,
    })
  })

  test('a change holds at once and after the next start; what was not named stays', async () => {
    const {settings, load} = await harness()
    const now = await settings.change(root, {
      auditDays: 30,
      historyDays: {hours: 10},
      membersPublicOnly: undefined,
    })
    const wanted = {...usualValues, auditDays: 30, historyDays: {minutes: 2, hours: 10, days: 3_650}}
    expect([now, settings.values, (await load()).values]).toEqual([wanted, wanted, wanted])
  })

  test('the audit has each changed setting with what it was and what it became', async () => {
    const {settings, entries} = await harness()
    await settings.change(root, {auditDays: 30, membersPublicOnly: false, sessionIdleDays: 30})
    expect(await entries()).toEqual([
      'root setting change audit_days {"from":365,"to":30}',
      'root setting change members_public_only {"from":true,"to":false}',
    ])
  })

  test('a change to what holds already changes nothing and is not published', async () => {
    const {settings, entries} = await harness()
    const heard: unknown[] = []
    settings.onChange((now) => heard.push(now))
    await settings.change(root, {auditDays: 365, historyDays: {}})
    expect([await entries(), heard]).toEqual([[], []])
  })

  test('a listener of the settings hears of a change until it has heard enough', async () => {
    const {settings} = await harness()
    const heard: [number, number][] = []
    const end = settings.onChange((now, before) => heard.push([before.auditDays, now.auditDays]))
    await settings.change(root, {auditDays: 10})
    end()
    await settings.change(root, {auditDays: 20})
    expect(heard).toEqual([[365, 10]])
  })

  test('changes at the same moment are made one after the other', async () => {
    const {settings, entries} = await harness()
    await Promise.all([settings.change(root, {auditDays: 10}), settings.change(root, {auditDays: 20})])
    expect((await entries()).map((it) => it.split(' ').at(-1))).toEqual([
      '{"from":365,"to":10}',
      '{"from":10,"to":20}',
    ])
    expect(settings.values.auditDays).toBe(20)
  })

  test('what cannot be written does not hold', async () => {
    const {settings, world, entries} = await harness()
    world.fault = new StorageFault('storage_full', 'The disk of the database is full.', true)
    await expect(settings.change(root, {auditDays: 30})).rejects.toBe(world.fault)
    world.fault = null
    expect([settings.values, await entries()]).toEqual([usualValues, []])
  })

  for (const [name, changes] of [
    ['no day at all', {auditDays: 0}],
    ['half a day', {auditDays: 1.5}],
    ['more than ten years', {auditDays: 3_651}],
    ['no minutes', {historyDays: {minutes: 0}}],
    ['sessions that are unused for longer than they last', {sessionIdleDays: 181}],
    ['sessions that last shorter than they may be unused', {sessionAbsoluteDays: 29}],
  ] as [string, SettingChanges][]) {
    test(`not accepted: ${name}`, async () => {
      const {settings, entries} = await harness()
      await expect(settings.change(root, changes)).rejects.toMatchObject({code: 'bad_argument'})
      expect([settings.values, await entries()]).toEqual([usualValues, []])
    })
  }

  test('passwords can be given up only where an administrator comes in without one', async () => {
    const {settings, world} = await harness()
    await expect(settings.change(root, {passwordLogIn: false})).rejects.toMatchObject({
      code: 'last_administrator',
    })
    world.otherWayIn = true
    await settings.change(root, {passwordLogIn: false})
    world.otherWayIn = false
    // It is so already; other changes are not held up by it.
    expect(await settings.change(root, {auditDays: 30})).toMatchObject({passwordLogIn: false, auditDays: 30})
  })

  test('a kept value that is not accepted gives way to the usual one, and that is said', async () => {
    const {store, load, world} = await harness()
    await store.write((db) => putSetting(db, 'audit_days', 'ever', 1))
    await store.write((db) => putSetting(db, 'session_idle_days', 7, 1))
    await store.write((db) => putSetting(db, 'somebody else’s', 7, 1))
    expect((await load()).values).toEqual({...usualValues, sessionIdleDays: 7})
    expect(world.warnings).toEqual([{setting: 'audit_days', found: 'ever'}])
  })
})
