"""Workbooks that people fill in: written with XlsxWriter, read with openpyxl (extra ``excel``)."""
