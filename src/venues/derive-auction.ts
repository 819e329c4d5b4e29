import { deriveSrm } from './derive-srm.ts';
import type { Venue } from './venue.ts';

/** Derive's standard margin under the name of its Dutch auction of portfolios. */
export const deriveAuction: Venue = {
  ...deriveSrm,
  name: 'derive-auction',
  aliases: ['derive-dutch'],
  title: 'Derive, standard margin with the Dutch auction',
};
