// Words that several recognisers share.
import { wordsOf } from '../detect/context.ts';

/** What numbers are that are nobody's: in prose, in shops, in code. */
export const NUMBER_AGAINST = wordsOf(
  'order|orders|order no|order number|invoice|invoices|isbn|issn|doi|sku|upc|ean|gtin|asin|part number|part no|model|version|build|' +
    'revision|commit|tracking|ticket|issue|case|receipt|reference|ref|transaction|tx|txid|serial|batch|lot|barcode|uuid|guid|hash|' +
    'checksum|sha|md5|port|pid|timestamp|epoch|unix time|milliseconds|bytes|score|total|amount|price|sum|product|quotient|' +
    'bestellung|bestellnummer|rechnung|rechnungsnummer|artikelnummer|auftrag|commande|facture|pedido|factura|fattura|ordine|' +
    'encomenda|fatura|bestelling|factuur|zamówienie|faktura|rfc|pull request|line|lines|page|pages|chapter|section|figure|table|equation|' +
    '订单|注文|주문',
);
