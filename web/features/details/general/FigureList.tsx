import type {TextKey} from '../../../i18n/text.ts'
import {text} from '../../../i18n/text.ts'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {openActionDialog} from '../../actions/dialogs/action-dialogs.ts'
import {oneTarget} from '../../actions/target.ts'
import {EditButton} from '../EditButton.tsx'
import type {Figure} from './figures.ts'
import {nameOf, type Torrent} from '../torrent.ts'
import type {Abilities} from '../use-abilities.ts'

/** Which figures are changed, and by which ability. */
const changed: {readonly [T in TextKey]?: 'setSpeedLimits' | 'setShareLimits'} = {
  'details.limits': 'setSpeedLimits',
  'details.share-limits': 'setShareLimits',
}

/** How much, how far, how long. */
export function FigureList({
  torrent,
  figures,
  canEdit,
  whyNot,
}: {
  torrent: Torrent
  figures: readonly Figure[]
  canEdit: boolean
  whyNot: Abilities['whyNot']
}) {
  const openLimits = () => openActionDialog('limits', oneTarget(nameOf(torrent)))
  return (
    <DefinitionList
      className="num"
      entries={figures.map(({id, term, value}) => {
        const verb = canEdit ? changed[term] : undefined
        return {
          id,
          term: text(term),
          value:
            verb === undefined ? (
              <Quantity value={value} />
            ) : (
              <span className="flex items-center gap-1">
                <Quantity value={value} className="truncate" />
                <EditButton what={text(term)} whyNot={whyNot(verb)} onClick={openLimits} />
              </span>
            ),
        }
      })}
    />
  )
}
