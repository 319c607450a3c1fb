import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {useState} from 'react'
import {facetsQuery, type FacetShare, type ServerFacets} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Card} from '../../../ui/Card.tsx'
import {bytes, count} from '../../../ui/format.ts'
import {Meter} from '../../../ui/Meter.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {facetWords, queryFor, sharesByWord} from './facet-words.ts'

const SHOWN = 8

/** How a server's torrents are spread; each line leads to them. */
export function DistributionCard({id, facet}: {id: string; facet: keyof ServerFacets}) {
  const [isWhole, setWhole] = useState(false)
  const {data} = useQuery(facetsQuery(id))
  const told = data?.[facet] ?? []
  const shares = (facet === 'state' ? sharesByWord(told) : told)
    .filter((share) => share.count > 0)
    .toSorted((a, b) => b.count - a.count)
  const most = shares[0]?.count ?? 1
  const shown = isWhole ? shares : shares.slice(0, SHOWN)
  return (
    <Card
      title={text(`server.by.${facet}`)}
      isPadded={false}
      actions={
        shares.length > SHOWN && (
          <TextButton aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? text('server.by.fewer') : text('server.by.all', {count: shares.length})}
          </TextButton>
        )
      }
    >
      {data && shares.length === 0 && <p className="px-3.5 py-3 text-text-2">{text('server.by.none')}</p>}
      <ul className="py-1.5">
        {shown.map((share) => (
          <ShareRow key={share.value} id={id} facet={facet} share={share} most={most} />
        ))}
      </ul>
    </Card>
  )
}

function ShareRow({
  id,
  facet,
  share,
  most,
}: {
  id: string
  facet: keyof ServerFacets
  share: FacetShare
  most: number
}) {
  const label = facetWords(facet, share.value)
  return (
    <li>
      <Link
        to="/torrents"
        search={{servers: id, q: queryFor(facet, share.value)}}
        className="grid min-h-7 grid-cols-[minmax(0,1fr)_minmax(40px,30%)_56px_72px] items-center gap-3 px-3.5 hover:bg-hover focus-visible:shadow-focus-in pointer-coarse:min-h-11"
      >
        <span className="truncate" title={label}>
          {label}
        </span>
        <Meter share={share.count / most} label={label} valueText={count(share.count)} />
        <span className="num text-right">{count(share.count)}</span>
        <Quantity value={bytes(share.size)} className="text-right text-text-2" />
      </Link>
    </li>
  )
}
