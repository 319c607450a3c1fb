import type {Migration} from 'kysely/migration'
import {up as initial} from './001-initial.ts'
import {up as cameAt} from './002-came-at.ts'
import {up as spentFolder} from './003-spent-folder.ts'
import {up as ceilings} from './004-ceilings.ts'
import {up as searchRuns} from './005-search-runs.ts'
import {up as refusedReleases} from './006-refused-releases.ts'
import {up as completeSeen} from './007-complete-seen.ts'
import {up as trackersSeen} from './008-trackers-seen.ts'
import {up as traffic} from './009-traffic.ts'
import {up as trackersFound} from './010-trackers-found.ts'
import {up as hybridHash} from './011-hybrid-hash.ts'
import {up as orAfterAnd} from './012-or-after-and.ts'
import {up as trackerProfiles} from './013-tracker-profiles.ts'
import {up as countedBefore} from './014-counted-before.ts'
import {up as sharedViews} from './015-shared-views.ts'
import {up as library} from './016-library.ts'
import {up as searching} from './017-searching.ts'
import {up as searchPauses} from './018-search-pauses.ts'
import {up as requests} from './019-requests.ts'
import {up as profileSwitches} from './020-profile-switches.ts'
import {up as indexerQuestions} from './021-indexer-questions.ts'
import {up as givenUp} from './022-given-up.ts'

/** In order; a name, once released, is never changed and never reused. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-initial': {up: initial},
  '002-came-at': {up: cameAt},
  '003-spent-folder': {up: spentFolder},
  '004-ceilings': {up: ceilings},
  '005-search-runs': {up: searchRuns},
  '006-refused-releases': {up: refusedReleases},
  '007-complete-seen': {up: completeSeen},
  '008-trackers-seen': {up: trackersSeen},
  '009-traffic': {up: traffic},
  '010-trackers-found': {up: trackersFound},
  '011-hybrid-hash': {up: hybridHash},
  '012-or-after-and': {up: orAfterAnd},
  '013-tracker-profiles': {up: trackerProfiles},
  '014-counted-before': {up: countedBefore},
  '015-shared-views': {up: sharedViews},
  '016-library': {up: library},
  '017-searching': {up: searching},
  '018-search-pauses': {up: searchPauses},
  '019-requests': {up: requests},
  '020-profile-switches': {up: profileSwitches},
  '021-indexer-questions': {up: indexerQuestions},
  '022-given-up': {up: givenUp},
}
