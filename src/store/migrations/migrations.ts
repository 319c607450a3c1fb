import type {Migration} from 'kysely/migration'
import {up as initial} from './001-initial.ts'

/** In order; a name, once released, is never changed and never reused. */
export const migrations: Readonly<Record<string, Migration>> = {'001-initial': {up: initial}}
