import { fileURLToPath } from 'node:url';

/** Beside the repository, where somebody put it: public test sets, which are not the product's to ship. */
export const SHARED_DATA = fileURLToPath(new URL('../../../../shared/data/retrieval', import.meta.url));
