import type {Migration} from 'kysely/migration'
import {up as first} from './001-people-servers-journal-history.ts'
import {up as second} from './002-count-of-samples.ts'
import {up as third} from './003-server-health.ts'
import {up as fourth} from './004-views-and-preferences.ts'
import {up as fifth} from './005-arrs-rules-and-memory.ts'
import {up as sixth} from './006-why-rules-decided.ts'
import {up as seventh} from './007-modes-of-presets.ts'
import {up as eighth} from './008-moving-in.ts'
import {up as ninth} from './009-mounts.ts'
import {up as tenth} from './010-titles-of-inherited-items.ts'

/** In order; a name, once released, is never changed and never reused. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-people-servers-journal-history': {up: first},
  '002-count-of-samples': {up: second},
  '003-server-health': {up: third},
  '004-views-and-preferences': {up: fourth},
  '005-arrs-rules-and-memory': {up: fifth},
  '006-why-rules-decided': {up: sixth},
  '007-modes-of-presets': {up: seventh},
  '008-moving-in': {up: eighth},
  '009-mounts': {up: ninth},
  '010-titles-of-inherited-items': {up: tenth},
}
