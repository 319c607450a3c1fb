import {useQuery} from '@tanstack/react-query'
import type {TrackerProfile} from '../../api/tracker-names.ts'
import {removalQuery} from '../../api/trackers.ts'
import {text} from '../../i18n/text.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {dropProfile} from './kept-profile.ts'
import {EffectNote} from './ProfileDialog.tsx'

/** It says how many torrents stop having to seed, and removes for no more than it said. */
export function RemoveProfileDialog({profile, onClose}: {profile: TrackerProfile; onClose: () => void}) {
  const reading = useQuery(removalQuery(profile.id))
  const {data: effect} = reading
  return (
    <ConfirmDialog
      title={text('tracker-remove.title', {name: profile.name})}
      says={text('tracker-remove.says')}
      verb={text('tracker-remove.verb')}
      work={() => dropProfile(profile, effect?.stops_owing ?? 0)}
      onClose={onClose}
      disabledReason={effect === undefined ? text('tracker-remove.looking') : undefined}
    >
      <Awaited reading={reading} what={text('tracker-remove.looking')}>
        <p className="text-text-2">{text('tracker-remove.looking')}</p>
      </Awaited>
      {effect && <EffectNote effect={effect} />}
    </ConfirmDialog>
  )
}
