import {expect, test} from 'vitest'
import type {RuleId} from '#model/rule.ts'
import {everyStore} from '#test/store/every-store.ts'
import {deletePresetMode, putPresetMode, readPresetModes, type PresetMode} from './preset-modes.ts'

const stalled = 'radarr-4k.stalled' as RuleId
const slow = 'radarr-4k.slow' as RuleId
const off: PresetMode = {ruleId: stalled, mode: 'off', changedAt: 10, changedBy: 'ann', ceiling: null}

everyStore('modes of presets', (open) => {
  test('a mode takes the place of the one before, and goes when it is taken back', async () => {
    const store = await open()
    const simulated: PresetMode = {
      ruleId: slow,
      mode: 'simulate',
      changedAt: 11,
      changedBy: null,
      ceiling: {keyId: 'k', scopes: ['control'], servers: null},
    }
    await store.write((db) => putPresetMode(db, off))
    await store.write((db) => putPresetMode(db, simulated))
    await store.write((db) => putPresetMode(db, {...off, mode: 'simulate', changedAt: 12}))
    expect(await store.read(readPresetModes)).toEqual([simulated, {...off, mode: 'simulate', changedAt: 12}])
    await store.write((db) => deletePresetMode(db, stalled))
    expect(await store.read(readPresetModes)).toEqual([simulated])
  })
})
